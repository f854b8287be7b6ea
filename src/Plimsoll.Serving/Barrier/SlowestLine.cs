namespace Plimsoll.Serving.Barrier;

/// <summary>What coming steps take a group, as long as the same worker is its slowest: a straight line over steps 0, 1, 2, …</summary>
/// <param name="First">Picoseconds of the first step.</param>
/// <param name="Growth">What that grows by with every further one.</param>
/// <param name="Steps">How many steps it is the greatest for.</param>
internal readonly record struct SlowestLine(long First, long Growth, long Steps)
{
    /// <summary>The greatest of several lines from step 0 until another is above it; of those that are equal there, the steepest.</summary>
    /// <param name="values">Values of the lines at step 0, not negative.</param>
    /// <param name="slopes">What they grow by with each step, from 0.</param>
    /// <param name="most">How far to look, from 1.</param>
    public static SlowestLine Of(ReadOnlySpan<long> values, ReadOnlySpan<long> slopes, long most)
    {
        long first = 0;
        long growth = 0;
        for (int i = 0; i < values.Length; i++)
        {
            bool isGreater = values[i] > first || (values[i] == first && slopes[i] > growth);
            (first, growth) = isGreater ? (values[i], slopes[i]) : (first, growth);
        }

        if (most == 1)
        {
            return new(first, growth, 1);
        }

        for (int i = 0; i < values.Length; i++)
        {
            long gain = slopes[i] - growth;
            most = gain > 0 ? Math.Min(most, ((first - values[i]) / gain) + 1) : most;
        }

        return new(first, growth, most);
    }
}

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// The steps to come at which loads are compared, close together at first and further apart later, each with the weight of those up to the
/// next.
/// </summary>
/// <remarks>
/// A step weighs ζ^K, where K is the mean number of requests of a worker that are believed to have ended by then: each of them is a slot that
/// will be filled by a choice not made yet, so that what is seen fades by turnover and not by time. Steps below a weight of
/// 1/50 are left out.
/// </remarks>
/// <param name="horizonSteps">Most steps looked ahead, from 0.</param>
internal sealed class Knots(int horizonSteps)
{
    /// <summary>Knots, at most: four vectors of four.</summary>
    public const int Most = 16;

    private const double LeastWeight = 0.02;
    private const double Spread = 1.5;

    private readonly int[] _steps = new int[Most];
    private readonly double[] _weights = new double[Most];
    private readonly double[] _stepWeights = new double[horizonSteps + 1];

    /// <summary>How many there are; the first is step 0.</summary>
    public int Count { get; private set; }

    /// <summary>Their steps, increasing.</summary>
    public ReadOnlySpan<int> Steps => _steps.AsSpan(0, Count);

    /// <summary>Their weights, above 0.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Count);

    /// <summary>Places them.</summary>
    /// <param name="ends">Requests that end with each step, of all workers; from step 0 to the horizon.</param>
    /// <param name="workers">Workers, from 1.</param>
    /// <param name="decay">ζ, above 0 to 1.</param>
    public void Place(ReadOnlySpan<int> ends, int workers, double decay)
    {
        int last = Weigh(ends, workers, decay);
        Count = 0;
        int step = -1;
        for (int j = 0; j < Most; j++)
        {
            step = Math.Max(step + 1, (int)Math.Round(last * Math.Pow((double)j / (Most - 1), Spread), MidpointRounding.AwayFromZero));
            if (step > last)
            {
                break;
            }

            _steps[Count++] = step;
        }

        for (int j = 0; j < Count; j++)
        {
            int next = j + 1 < Count ? _steps[j + 1] : last + 1;
            _weights[j] = 0;
            foreach (double weight in _stepWeights.AsSpan(_steps[j], next - _steps[j]))
            {
                _weights[j] += weight;
            }
        }
    }

    // The weight of each step, and the last that has enough of it.
    private int Weigh(ReadOnlySpan<int> ends, int workers, double decay)
    {
        double weight = 1;
        int last = 0;
        long ended = 0;
        for (int step = 0; step <= horizonSteps; step++)
        {
            ended += ends[step];
            weight = ends[step] > 0 ? Math.Pow(decay, (double)ended / workers) : weight;
            if (weight < LeastWeight)
            {
                break;
            }

            _stepWeights[step] = weight;
            last = step;
        }

        return last;
    }
}

namespace Plimsoll.Policies.Batching;

/// <summary>Who takes part in a step.</summary>
/// <param name="RunsBelow">
/// Running requests with fewer output tokens than this take part, the others pause and keep their memory; 0 for a pause of all, in which
/// nobody joins either, <see cref="int.MaxValue"/> for everybody.
/// </param>
/// <param name="Newcomers">Most that may join, over all types.</param>
/// <param name="Lasts">Whether the same holds until somebody arrives, joins, loses memory or ends.</param>
public readonly record struct StepPass(int RunsBelow, int Newcomers, bool Lasts)
{
    /// <summary>The gate is not there.</summary>
    public static StepPass Everybody(Span<int> newcomers)
    {
        newcomers.Fill(int.MaxValue);
        return new(int.MaxValue, int.MaxValue, Lasts: true);
    }

    /// <summary>The replica pauses.</summary>
    public static StepPass Nobody(Span<int> newcomers)
    {
        newcomers.Clear();
        return new(0, 0, Lasts: true);
    }
}

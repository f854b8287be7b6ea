namespace Plimsoll.Optimization.Hindsight;

/// <summary>Sets of possible starts, by class and round: rows of one flag for each round up to the horizon.</summary>
internal static class StartSets
{
    /// <summary>Every start from the class's first arrival on that finishes by the given round.</summary>
    public static bool[][] All(HindsightInstance instance, JobClass[] classes, int horizon) => [.. classes.Select(jobs =>
    {
        bool[] rounds = new bool[instance.Horizon + 1];
        for (int t = jobs.Arrivals[0]; t + jobs.OutputTokens <= Math.Min(horizon, instance.Horizon); t++)
        {
            rounds[t] = true;
        }

        return rounds;
    })];

    /// <summary>The starts of the set up to a round.</summary>
    public static bool[][] UpTo(bool[][] starts, int last) => [.. starts.Select(rounds =>
    {
        bool[] kept = [.. rounds];
        Array.Clear(kept, Math.Min(kept.Length, last + 1), Math.Max(0, kept.Length - last - 1));
        return kept;
    })];

    /// <summary>Keeps of both sets only what a schedule with less total latency may still use.</summary>
    public static void RuleOut(bool[][] possible, bool[][] columns, DualBound prices, long latencyToBeat)
    {
        for (int c = 0; c < possible.Length; c++)
        {
            for (int t = 0; t < possible[c].Length; t++)
            {
                if (possible[c][t] && prices.BoundWith(c, t) > latencyToBeat - 1 + RootSolve.Tolerance)
                {
                    possible[c][t] = false;
                    columns[c][t] = false;
                }
            }
        }
    }
}

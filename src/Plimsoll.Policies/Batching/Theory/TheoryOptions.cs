namespace Plimsoll.Policies.Batching.Theory;

/// <summary>What most policies of the theory let a user set, and the engine that they share: whole prompts, one step at a time.</summary>
internal static class TheoryOptions
{
    public static readonly PolicyOption<int> Sequences = new()
    {
        Name = "sequences",
        Unit = "requests",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = int.MaxValue,
        Meaning = "Most requests in the batch; the largest number for no limit but memory.",
    };

    public static readonly PolicyOption<double> Reserve = new()
    {
        Name = "reserve",
        Unit = "fraction of KV memory",
        Minimum = 0,
        Maximum = 0.9,
        Fallback = 0.0,
        Meaning = "Memory the look ahead leaves free for lengths that were predicted too short.",
    };

    public static readonly PolicyOption<bool> Restart = new()
    {
        Name = "restart",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = true,
        Meaning = "Whether an evicted request starts again, as in the papers, or computes its memory again and goes on, as engines do.",
    };

    /// <summary>Whole prompts join a batch that all running requests are in; memory for the prompt is taken at admission.</summary>
    public static BatchingRules Rules(EngineOverrides overrides, PolicyArguments arguments)
    {
        BatchingRules rules = overrides.ApplyTo(new BatchingRules
        {
            MaxSequences = arguments.Of(Sequences),
            TokenBudget = int.MaxValue,
            ChunkedPrefill = false,
            Reservation = MemoryReservation.Prompt,
        });
        return rules with { MaxSequences = Math.Min(rules.MaxSequences, rules.TokenBudget), StepsInFlight = 1 };
    }
}

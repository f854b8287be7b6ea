using Plimsoll.Policies.Batching.Orders;
using Plimsoll.Policies.Batching.SortedF;

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

    public static readonly PolicyOption<int> Window = new()
    {
        Name = "window",
        Unit = "requests",
        Minimum = 0,
        Maximum = int.MaxValue,
        Fallback = 4096,
        Meaning = "Receding horizon: so many of those who wait, the first to arrive, are put in order; the rest follow. 0 for all.",
    };

    public static readonly PolicyOption<bool> Exact = new()
    {
        Name = "exact",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether a batch fits if the look ahead says so; otherwise if the sum of its peaks fits, as published.",
    };

    public static readonly PolicyOption<bool> Incremental = new()
    {
        Name = "incremental",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether each admission must leave that much free; otherwise the free memory is looked at once a step.",
    };

    /// <summary>The share of memory below which nobody is admitted.</summary>
    public static PolicyOption<double> Alpha(double fallback) => new()
    {
        Name = "alpha",
        Unit = "fraction of KV memory",
        Minimum = 0,
        Maximum = 0.99,
        Fallback = fallback,
        Meaning = "Nobody is admitted while less than this is free.",
    };

    /// <summary>First come, admitted without a look ahead as long as a share of memory is free.</summary>
    public static BatchingRules Protected(EngineOverrides overrides, PolicyArguments arguments, double alpha) => Rules(overrides, arguments) with
    {
        Order = new ByArrival(),
        ProtectedFraction = arguments.Of(Incremental) ? 0 : alpha,
        WatermarkFraction = arguments.Of(Incremental) ? alpha : 0,
    };

    /// <summary>Sorted-F with some way to choose a batch.</summary>
    public static BatchingRules SortedF(EngineOverrides overrides, PolicyArguments arguments, Func<IBatchSelector> selector)
    {
        BatchFeasibility feasibility = arguments.Of(Exact) ? BatchFeasibility.Exact : BatchFeasibility.Peak;
        return Planned(overrides, arguments, () => new SortedFOrder(selector(), feasibility, arguments.Of(Window)));
    }

    /// <summary>An order of the whole queue, with the look ahead on predicted lengths.</summary>
    public static BatchingRules Planned(EngineOverrides overrides, PolicyArguments arguments, Func<IBacklogOrder> order) =>
        Rules(overrides, arguments) with
        {
            Backlog = order,
            LookAhead = AssumedLength.Predicted,
            ReservedFraction = arguments.Of(Reserve),
            Eviction = new EvictionRules { Restarts = arguments.Of(Restart) },
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

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>A list of jobs under one or more policies in unit rounds, beside what hindsight could do.</summary>
public sealed record ScheduleReport
{
    /// <summary>What was scheduled.</summary>
    public required string Title { get; init; }

    /// <summary>The policies, at least one; the first is what the others are compared with.</summary>
    public required IReadOnlyList<ScheduleRun> Runs { get; init; }

    /// <summary>KV tokens of the replica.</summary>
    public required long KvTokens { get; init; }

    /// <summary>The hindsight optimum, if it was asked for.</summary>
    public ScheduleOptimum? Optimum { get; init; }

    /// <summary>Value of the linear relaxation, if it was asked for.</summary>
    public double? RelaxationBound { get; init; }

    /// <summary>Lists of jobs that were drawn; everything but <see cref="Replicated"/> is about the first.</summary>
    public int Replications { get; init; } = 1;

    /// <summary>Every policy over all lists, if there were several.</summary>
    public IReadOnlyList<ReplicatedPolicy> Replicated { get; init; } = [];

    /// <summary>Root seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Every setting, in the order to show them.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// The best lower bound on total latency that is known: the optimum's or the relaxation's; null if neither was asked for.
    /// </summary>
    public double? LowerBound => Optimum is { } optimum
        ? Math.Max(optimum.Proven ? optimum.TotalLatency : optimum.LowerBound, RelaxationBound ?? 0)
        : RelaxationBound;
}

using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Afd;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>An Attention/FFN ratio from closed forms, and what simulation says to it.</summary>
internal sealed record AfdReport
{
    public required string Title { get; init; }

    public required AfdPlan Plan { get; init; }

    /// <summary>How it was checked; null if it was not.</summary>
    public AfdSimulationPlan? Simulation { get; init; }

    /// <summary>Ratios that were simulated, in order.</summary>
    public IReadOnlyList<SimulatedRatio> Simulated { get; init; } = [];

    public required ulong Seed { get; init; }

    public bool Partial { get; init; }

    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How long the closed forms took.</summary>
    public required double ClosedFormSeconds { get; init; }

    /// <summary>How long the simulation took.</summary>
    public double SimulationSeconds { get; init; }

    /// <summary>The simulated ratio of greatest throughput; null if none was simulated.</summary>
    public SimulatedRatio? Best => AfdSimulations.Best(Simulated);

    /// <summary>Other simulated ratios that may be as good as the best.</summary>
    public IEnumerable<int> Rivals => Best is { } best
        ? Simulated.Where(ratio => ratio.Ratio != best.Ratio && ratio.Runs.Count > 1 && ratio.MayTieWith(best)).Select(ratio => ratio.Ratio)
        : [];

    /// <summary>Hash of every simulated run.</summary>
    public ulong Digest => Simulated.SelectMany(ratio => ratio.Runs).Aggregate(0UL, (hash, run) => StableHash.Combine(hash, run.Digest));

    public SimulatedRatio? SimulatedAt(int ratio) => Simulated.FirstOrDefault(each => each.Ratio == ratio);
}

using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>The answer to: which fleet keeps its promises for the least money?</summary>
public sealed record FleetPlanReport
{
    /// <summary>What was asked.</summary>
    public required string Title { get; init; }

    /// <summary>The traffic.</summary>
    public required FleetTraffic Traffic { get; init; }

    /// <summary>The promises.</summary>
    public required LatencyTargets Targets { get; init; }

    /// <summary>Share of the load line that is to stay free, from 0 and below 1.</summary>
    public required double Headroom { get; init; }

    /// <summary>What was found for each kind of replica, by its place in the menu.</summary>
    public required IReadOnlyList<EngineSearch> Searches { get; init; }

    /// <summary>Kinds of replicas that cannot serve at all.</summary>
    public required IReadOnlyList<SkippedEngine> Skipped { get; init; }

    /// <summary>Replications of every simulated fleet.</summary>
    public required int Replications { get; init; }

    /// <summary>
    /// The greatest rate at which the cheapest fleet keeps its promises, in requests per second, by simulation to 2 %, and never above the
    /// load line with head-room; null when there is none.
    /// </summary>
    public double? Capacity { get; init; }

    /// <summary>The rate of the trace over time, for pictures; null where there is no trace.</summary>
    public DailyProfile? Rates { get; init; }

    /// <summary>Replicas over time of the cheapest fleet's kind; null when nobody asked or no fleet keeps the promises.</summary>
    public DailyProfile? Profile { get; init; }

    /// <summary>Root seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether it was interrupted, so that some kinds were not searched to the end.</summary>
    public bool Partial { get; init; }

    /// <summary>Every setting, in the order to show them.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What it took.</summary>
    public WallSummary? Wall { get; init; }

    /// <summary>Every simulated fleet that keeps the promises, cheapest first.</summary>
    public IReadOnlyList<SimulatedFleet> Feasible =>
    [
        .. Searches.SelectMany(search => search.Feasible)
            .OrderBy(fleet => fleet.DollarsPerHour)
            .ThenBy(fleet => fleet.Engine.Id)
            .ThenBy(fleet => fleet.Replicas),
    ];

    /// <summary>The cheapest fleet that keeps the promises; null when none does.</summary>
    public SimulatedFleet? Cheapest => Feasible is [SimulatedFleet first, ..] ? first : null;

    /// <summary>Fleets that keep the promises and that no other beats in price, energy, TTFT and TPOT together; cheapest first.</summary>
    public IReadOnlyList<SimulatedFleet> Front => ParetoFront.Of(
        Feasible,
        fleet => [fleet.DollarsPerHour, fleet.JoulesPerRequest.Mean, fleet.Latency(LatencyKind.Ttft).Mean,
            fleet.Latency(LatencyKind.Tpot).Mean]);

    /// <summary>The simulated fleet that comes nearest to the promises when none keeps them; null when nothing was simulated.</summary>
    public SimulatedFleet? Nearest => Cheapest is not null ? null : Searches
        .SelectMany(search => search.Tried)
        .OrderBy(fleet => fleet.Excess(Targets))
        .ThenBy(fleet => fleet.DollarsPerHour)
        .ThenBy(fleet => fleet.Engine.Id)
        .ThenBy(fleet => fleet.Replicas)
        .FirstOrDefault();

    /// <summary>The search whose bounds come nearest to the promises, when nothing could be simulated; null when there is none.</summary>
    public EngineSearch? NearestBound => Searches
        .Where(search => search.Broken is not null)
        .OrderBy(search => search.Bounds.Of(search.Broken!.Value) / Targets.LimitOf(search.Broken.Value))
        .ThenBy(search => search.Engine.Id)
        .FirstOrDefault();

    /// <summary>Hash of every run.</summary>
    public ulong Digest => Searches.SelectMany(search => search.Tried).Aggregate(0UL,
        (hash, fleet) => StableHash.Combine(hash, fleet.Digest));

    /// <summary>The search that a fleet came from.</summary>
    public EngineSearch SearchOf(SimulatedFleet fleet) => Searches.First(search => search.Engine.Id == fleet.Engine.Id);
}

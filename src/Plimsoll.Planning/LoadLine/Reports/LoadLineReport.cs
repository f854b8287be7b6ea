using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.LoadLine.Simulated;

namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>The answer to: how much traffic does a replica carry, and how many of them does this traffic need?</summary>
public sealed record LoadLineReport
{
    /// <summary>What was asked.</summary>
    public required string Title { get; init; }

    /// <summary>The phases of the traffic, at least one.</summary>
    public required IReadOnlyList<LoadLinePhase> Phases { get; init; }

    /// <summary>λ in requests per second; null when none was given.</summary>
    public double? Rate { get; init; }

    /// <summary>ρ: how much of the line is to be used.</summary>
    public double TargetUtilization { get; init; } = 0.9;

    /// <summary>Replicas of several kinds; null for one kind.</summary>
    public MixedFleet? Fleet { get; init; }

    /// <summary>What simulation found; null if it was not asked.</summary>
    public SimulatedLine? Simulated { get; init; }

    /// <summary>Whether the simulation was interrupted, so that there are formulas only.</summary>
    public bool Partial { get; init; }

    /// <summary>Wall time of the formulas.</summary>
    public double ClosedFormSeconds { get; init; }

    /// <summary>Wall time of the simulation.</summary>
    public double SimulationSeconds { get; init; }

    /// <summary>Root seed of the simulation.</summary>
    public ulong Seed { get; init; }

    /// <summary>Every setting, in the order to show them.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The line, over all phases, in requests per second.</summary>
    public double RequestsPerSecond => Over(line => line.RequestsPerSecond);

    /// <summary>The rate below which stability is guaranteed, over all phases.</summary>
    public double GuaranteedStableBelow => Over(line => line.GuaranteedStableBelow);

    /// <summary>Replicas that the rate needs; null without a rate.</summary>
    public double? Replicas => Rate is { } rate ? FleetSizing.Replicas(rate, RequestsPerSecond, TargetUtilization) : null;

    /// <summary>The only phase, or the one that is slowest.</summary>
    public LoadLineEstimate Line => Phases.MinBy(phase => phase.Line.RequestsPerSecond)!.Line;

    /// <summary>A rate over all phases: the harmonic mean.</summary>
    public double Over(Func<LoadLineEstimate, double> rate) =>
        PhaseMixture.RequestsPerSecond([.. Phases.Select(phase => (phase.Share, rate(phase.Line)))]);
}

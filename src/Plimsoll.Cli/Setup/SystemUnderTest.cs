using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Cli.Setup;

/// <summary>Whatever serves simulated traffic: a fleet of replicas, or a barrier group.</summary>
internal sealed record SystemUnderTest
{
    /// <summary>What it is, in a few words.</summary>
    public required string Name { get; init; }

    /// <summary>The settings, for the report.</summary>
    public required IReadOnlyList<ReportEntry> Configuration { get; init; }

    /// <summary>What a reader must know about the numbers.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Serves traffic with these dice and says what happened; the seed of the report is that of the dice.</summary>
    public required Func<IRequestSource, RandomTree, IRunObserver, RunReport> Run { get; init; }
}

using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What came of an experiment.</summary>
/// <param name="Seeds">Seeds that were complete.</param>
/// <param name="Rows">Our numbers beside the printed ones.</param>
internal sealed record ExperimentFindings(int Seeds, IReadOnlyList<ReproducedRow> Rows)
{
    public IReadOnlyList<ReproducedClaim> Claims { get; init; } = [];

    /// <summary>Pictures for the page.</summary>
    public IReadOnlyList<LinePlot> Figures { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why it was not run, or empty.</summary>
    public string Skipped { get; init; } = "";

    /// <summary>An experiment that was stopped too early to say anything.</summary>
    public static ExperimentFindings Interrupted => NotRun("it was interrupted before the first seed was complete");

    /// <summary>An experiment that could not be run.</summary>
    public static ExperimentFindings NotRun(string reason) => new(0, []) { Skipped = reason };
}

using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>A published experiment, run again.</summary>
public sealed record ReproducedExperiment
{
    /// <summary>Its name, as the command line knows it.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows.</summary>
    public required string Title { get; init; }

    /// <summary>Whose experiment it is.</summary>
    public required string Source { get; init; }

    /// <summary>What was printed of it.</summary>
    public required string Published { get; init; }

    /// <summary>How often it was run, each time with dice of its own.</summary>
    public required int Seeds { get; init; }

    /// <summary>Its settings.</summary>
    public IReadOnlyList<ReportEntry> Setting { get; init; } = [];

    /// <summary>Our numbers beside the printed ones.</summary>
    public IReadOnlyList<ReproducedRow> Rows { get; init; } = [];

    /// <summary>What holds of it and what does not.</summary>
    public IReadOnlyList<ReproducedClaim> Claims { get; init; } = [];

    /// <summary>Pictures for the page; not part of the JSON.</summary>
    public IReadOnlyList<LinePlot> Figures { get; init; } = [];

    /// <summary>What else to know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why it was not run, or empty.</summary>
    public string Skipped { get; init; } = "";

    /// <summary>Whether it was cut short; what there is comes from the seeds that were complete.</summary>
    public bool Partial { get; init; }
}

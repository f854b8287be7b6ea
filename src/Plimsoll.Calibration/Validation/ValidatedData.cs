using Plimsoll.Metrics.Reports;

namespace Plimsoll.Calibration.Validation;

/// <summary>What the predictions of one data set came to.</summary>
public sealed record ValidatedData
{
    /// <summary>Its rows.</summary>
    public required IReadOnlyList<ValidationRow> Rows { get; init; }

    /// <summary>Parameters used, per engine and GPU.</summary>
    public IReadOnlyList<ReportEntry> Parameters { get; init; } = [];

    /// <summary>What is not modelled, and what was left out and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Pictures of predicted against measured.</summary>
    public IReadOnlyList<AgreementPicture> Pictures { get; init; } = [];
}

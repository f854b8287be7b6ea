namespace Plimsoll.Calibration.Fitting;

/// <summary>How a step-time model is to be fitted.</summary>
public sealed record FitOptions
{
    /// <summary>Name of the form wanted; null for the one that predicts best.</summary>
    public string? Form { get; init; }

    /// <summary>Share of the groups of rows that are kept out of the fit and judged by, from 0 (none) to 0.9.</summary>
    public double HoldoutShare { get; init; } = 0.2;

    /// <summary>Parts of the cross-validation, from 2.</summary>
    public int Folds { get; init; } = 5;
}

namespace Plimsoll.Calibration.Fitting;

/// <summary>A step-time model fitted to rows, and how far it can be trusted.</summary>
public sealed record StepTimeCalibration
{
    /// <summary>The form chosen, fitted to all rows.</summary>
    public required FittedForm Chosen { get; init; }

    /// <summary>Whether the user named the form.</summary>
    public required bool Asked { get; init; }

    /// <summary>The five numbers that <c>affine:…</c> takes, fitted to all rows; null when the rows give none.</summary>
    public required FittedForm? Affine { get; init; }

    /// <summary>Every form in cross-validation, on the rows that were not held out.</summary>
    public required IReadOnlyList<FormScore> Scores { get; init; }

    /// <summary>
    /// What a fold holds together: <c>group</c> (whole batch sizes and prompt sizes) or <c>row</c>, where groups were too few.
    /// </summary>
    public required string FoldsBy { get; init; }

    /// <summary>The same for the part held out.</summary>
    public required string HoldoutBy { get; init; }

    /// <summary>Errors on the part held out, of a fit that has not seen it; no rows when nothing was held out.</summary>
    public required ErrorSummary HeldOut { get; init; }

    /// <summary>Errors of the affine form on the part held out.</summary>
    public required ErrorSummary AffineHeldOut { get; init; }

    /// <summary>Errors of <see cref="Chosen"/> on the rows it was fitted to.</summary>
    public required ErrorSummary InSample { get; init; }

    /// <summary>Whether whole requests were replayed; errors held out are then those of latencies.</summary>
    public bool Replayed { get; init; }

    /// <summary>What a reader of the result should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Every row with its prediction.</summary>
    public required IReadOnlyList<Residual> Residuals { get; init; }
}

namespace Plimsoll.Calibration.Fitting;

/// <summary>What a replay of requests found.</summary>
/// <param name="Form">The affine form, its parameters named as those of <see cref="StepForms.AffineMixed"/>.</param>
/// <param name="HeldOut">Errors of latencies of the requests that the fit has not seen.</param>
public sealed record ReplayedFit(FittedForm Form, ErrorSummary HeldOut)
{
    /// <summary>What a reader of the result should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

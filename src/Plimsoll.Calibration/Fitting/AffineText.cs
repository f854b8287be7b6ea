using System.Globalization;

namespace Plimsoll.Calibration.Fitting;

/// <summary>An affine fit as the text that <c>--step-time</c> takes.</summary>
public static class AffineText
{
    /// <summary><c>affine:C0:PER_PREFILL_TOKEN:PER_SEQUENCE:PER_CONTEXT_TOKEN:PER_CONTEXT_TOKEN_WHEN_MIXED</c>, six digits each.</summary>
    public static string Of(FittedForm affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        string[] numbers =
        [
            .. new[]
            {
                StepForms.Constant, StepForms.PerPrefillToken, StepForms.PerSequence, StepForms.PerContextToken, StepForms.WhenMixed,
            }.Select(name => affine[name].ToString("0.######E0", CultureInfo.InvariantCulture)),
        ];
        return "affine:" + string.Join(':', numbers);
    }
}

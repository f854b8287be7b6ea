using System.Globalization;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Replay;

/// <summary>Coefficients of an affine step time with mixing, all in seconds and none negative.</summary>
/// <param name="Constant">Every step.</param>
/// <param name="PerPrefillToken">Each new prompt token.</param>
/// <param name="PerSequence">Each decoding sequence.</param>
/// <param name="PerContextToken">Each token that decodes attend to.</param>
/// <param name="PerContextTokenMixed">The same, on top, in steps that also prefill.</param>
/// <param name="SharedPerToken">Each new token of any rank in lockstep, on top, for all; 0 for single engines.</param>
public readonly record struct AffineTerms(
    double Constant, double PerPrefillToken, double PerSequence, double PerContextToken, double PerContextTokenMixed,
    double SharedPerToken = 0)
{
    /// <summary>How many there are.</summary>
    public const int Count = 5;

    /// <summary>The model.</summary>
    public IStepTimeModel Model => new AffineStepTime(Constant, PerPrefillToken, PerSequence, PerContextToken, PerContextTokenMixed);

    /// <summary>As <c>--step-time</c> takes them.</summary>
    public string Spec => string.Create(
        CultureInfo.InvariantCulture,
        $"affine:{Constant:G4}:{PerPrefillToken:G4}:{PerSequence:G4}:{PerContextToken:G4}:{PerContextTokenMixed:G4}");

    /// <summary>
    /// Another model's behaviour near a middling load: 16 to 64 sequences of 1,024 tokens, and prompts of 512 and 1,024 tokens.
    /// A start for a fit, not a fit.
    /// </summary>
    public static AffineTerms Near(IStepTimeModel model)
    {
        const int Context = 1024;
        double few = Seconds(model, new BatchShape(0, 0, 0, 16, 16 * Context));
        double many = Seconds(model, new BatchShape(0, 0, 0, 64, 64 * Context));
        double deep = Seconds(model, new BatchShape(0, 0, 0, 64, 2 * 64 * Context));
        double half = Seconds(model, new BatchShape(512, 1, 512 * 512, 0, 0));
        double whole = Seconds(model, new BatchShape(1024, 1, 1024 * 1024, 0, 0));
        double perContext = (deep - many) / (64 * Context);
        double perSequence = ((many - few) / 48) - (Context * perContext);
        return new AffineTerms(
            Positive(few - (16 * (perSequence + (Context * perContext))), 1e-3),
            Positive((whole - half) / 512, 1e-6),
            Positive(perSequence, 1e-6),
            Positive(perContext, 1e-9),
            Positive(0.3 * perContext, 1e-9));
    }

    private static double Positive(double value, double least) => Math.Max(value, least);

    private static double Seconds(IStepTimeModel model, in BatchShape shape) => model.StepPicoseconds(shape) / 1e12;
}

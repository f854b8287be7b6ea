using System.Globalization;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Replay;

/// <summary>A step time with coefficients still open, all above 0.</summary>
/// <param name="Start">Where a fit begins, and what is believed without data.</param>
/// <param name="Spread">How sure that is: standard deviations of the coefficients' logarithms, above 0.</param>
/// <param name="With">The step time with these coefficients.</param>
public sealed record StepTimeForm(
    IReadOnlyList<double> Start, IReadOnlyList<double> Spread, Func<IReadOnlyList<double>, FittedStepTime> With)
{
    // Of what nothing is known, a start may be off by the square of ten.
    private const double Unknown = 2;

    private const double StartConstant = 1e-3;
    private const double StartPerSequence = 10e-6;
    private const double StartMiddle = 0.5e-3;
    private const double StartShared = 10e-6;
    private const double StartMixed = 0.4;

    /// <summary>
    /// Affine with mixing: constant, per prefill token, per sequence, per context token, the same when mixed; of ranks in lockstep also
    /// what is shared per token. For engines of which nothing is known but their stamps.
    /// </summary>
    public static StepTimeForm Affine(AffineTerms start) => start.SharedPerToken > 0
        ? new([.. Five(start), start.SharedPerToken], Wide(6), terms => OfAffine(Terms(terms) with { SharedPerToken = terms[5] }))
        : new(Five(start), Wide(5), terms => OfAffine(Terms(terms)));

    /// <summary>
    /// The roofline of GPU and model times a factor, and beside it: a constant, per sequence, per prefill token, per context token when
    /// mixed. It keeps the roofline's shape where the fit has seen nothing: experts touched by few tokens, weights read by one.
    /// </summary>
    /// <param name="inputs">GPU, model and split; nothing of it is slower in mixed steps.</param>
    /// <param name="sharesWork">Whether tokens of other ranks add to a step.</param>
    public static StepTimeForm Around(RooflineInputs inputs, bool sharesWork)
    {
        var roofline = new RooflineStepTime(inputs with { MixedContextPenalty = 0 });
        double perContext = AffineTerms.Near(roofline).PerContextToken;
        double[] start = [1, 3e-3, 30e-6, 10e-6, 0.4 * perContext];
        return sharesWork
            ? new([.. start, StartShared], Wide(6), terms => OfFactor(roofline, terms, terms[5]))
            : new(start, Wide(5), terms => OfFactor(roofline, terms, 0));
    }

    /// <summary>
    /// The roofline of GPU and model with each of its rates by a factor, and beside it: constants of steps, more of those of 33 to 64
    /// sequences and of those with prompts; per sequence; and how much slower context is in mixed steps (the terms of vllm-v1-engine,
    /// section 12.1).
    /// </summary>
    /// <param name="roofline">GPU, model and split.</param>
    /// <param name="sharesWork">Whether tokens of other ranks add to a step.</param>
    /// <param name="isKnown">Whether the GPU is the one that served, or only stands for one of which nothing is known.</param>
    public static StepTimeForm Rates(RooflineInputs roofline, bool sharesWork, bool isKnown = true)
    {
        double doubt = isKnown ? 1 : 5;
        double[] start = [1, 1, 1, 1, 1, StartMixed, StartConstant, StartPerSequence, StartMiddle, StartMiddle];
        double[] spread = [0.3 * doubt, 0.2 * doubt, 0.2 * doubt, 0.4 * doubt, isKnown ? 0.5 : 1.5, 1, 1.5, 1.5, 1.5, 1.5];
        return sharesWork
            ? new([.. start, StartShared], [.. spread, 1.5], terms => OfRoofline(roofline, terms, terms[10]))
            : new(start, spread, terms => OfRoofline(roofline, terms, 0));
    }

    private static FittedStepTime OfFactor(IStepTimeModel roofline, IReadOnlyList<double> terms, double shared) => new(
        new CorrectedStepTime(roofline, terms[0], new AffineTerms(terms[1], terms[3], terms[2], 0, terms[4])),
        shared,
        string.Create(
            CultureInfo.InvariantCulture,
            $"roofline x {terms[0]:0.000} + {terms[1] * 1e3:0.00} ms + {terms[2] * 1e6:0.0} us a sequence + {terms[3] * 1e6:0.0} us a prefill token + {terms[4] * 1e9:0.0} ns a context token when mixed{Shared(shared)}"));

    private static double[] Wide(int count) => [.. Enumerable.Repeat(Unknown, count)];

    private static double[] Five(AffineTerms terms) =>
        [terms.Constant, terms.PerPrefillToken, terms.PerSequence, terms.PerContextToken, terms.PerContextTokenMixed];

    private static AffineTerms Terms(IReadOnlyList<double> terms) => new(terms[0], terms[1], terms[2], terms[3], terms[4]);

    private static FittedStepTime OfAffine(AffineTerms terms) => new(terms.Model, terms.SharedPerToken, terms.Spec + Shared(terms.SharedPerToken));

    private static FittedStepTime OfRoofline(RooflineInputs inputs, IReadOnlyList<double> terms, double shared)
    {
        double reads = inputs.WeightReadEfficiency
            ?? (inputs.Gpu.Achieved?.WeightReadBytesPerSecond / inputs.Gpu.Memory.BandwidthBytesPerSecond)
            ?? RooflineInputs.DefaultEfficiency;
        double compute = inputs.ComputeEfficiency
            ?? (inputs.Gpu.Achieved?.Bf16GemmOperationsPerSecond / inputs.Gpu.Compute.SixteenBit) ?? RooflineInputs.DefaultEfficiency;
        var roofline = new RooflineStepTime(inputs with
        {
            ComputeEfficiency = Math.Min(1, compute / terms[0]),
            WeightReadEfficiency = Math.Min(1, reads / terms[1]),
            KvReadEfficiency = Math.Min(1, inputs.KvReadEfficiency / terms[2]),
            PrefillAttentionEfficiency = Math.Min(1, inputs.PrefillAttentionEfficiency / terms[3]),
            LayerSeconds = inputs.LayerSeconds * terms[4],
            ExpertLayerSeconds = inputs.ExpertLayerSeconds * terms[4],
            MixedContextPenalty = terms[5],
            Fixed = new SizeClassConstants(terms[6], terms[6] + terms[8], terms[6], terms[6] + terms[9]),
        });
        return new(
            new CorrectedStepTime(roofline, 1, new AffineTerms(0, 0, terms[7], 0, 0)),
            shared,
            string.Create(
                CultureInfo.InvariantCulture,
                $"roofline with products x {terms[0]:0.00}, weight reads x {terms[1]:0.00}, cache reads x {terms[2]:0.00}, "
                + $"prompt attention x {terms[3]:0.00}, layers x {terms[4]:0.00}; context {terms[5]:0.00} slower when mixed; "
                + $"+ {terms[6] * 1e3:0.00} ms ({terms[8] * 1e3:0.00} more with 33 to 64, {terms[9] * 1e3:0.00} more with prompts) "
                + $"+ {terms[7] * 1e6:0.0} us a sequence{Shared(shared)}"));
    }

    private static string Shared(double perToken) => perToken == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $", and {perToken * 1e6:0.0} us a token of any rank for all");
}

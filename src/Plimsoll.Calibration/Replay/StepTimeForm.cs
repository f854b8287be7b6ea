using System.Globalization;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Replay;

/// <summary>A step time with coefficients still open, all above 0.</summary>
/// <param name="Start">Where a fit begins.</param>
/// <param name="With">The step time with these coefficients.</param>
public sealed record StepTimeForm(IReadOnlyList<double> Start, Func<IReadOnlyList<double>, FittedStepTime> With)
{
    /// <summary>
    /// Affine with mixing: constant, per prefill token, per sequence, per context token, the same when mixed; of ranks in lockstep also what is
    /// shared per token. For engines of which nothing is known but their stamps.
    /// </summary>
    public static StepTimeForm Affine(AffineTerms start) => start.SharedPerToken > 0
        ? new([.. Five(start), start.SharedPerToken], terms => OfAffine(Terms(terms) with { SharedPerToken = terms[5] }))
        : new(Five(start), terms => OfAffine(Terms(terms)));

    /// <summary>
    /// The roofline of GPU and model times a factor, and beside it: a constant, per sequence, per prefill token, per context token when mixed.
    /// It keeps the roofline's shape where the fit has seen nothing: experts touched by few tokens, weights read by one.
    /// </summary>
    /// <param name="roofline">The roofline.</param>
    /// <param name="sharesWork">Whether tokens of other ranks add to a step.</param>
    public static StepTimeForm Around(IStepTimeModel roofline, bool sharesWork)
    {
        double perContext = AffineTerms.Near(roofline).PerContextToken;
        double[] start = [1, 3e-3, 30e-6, 10e-6, 0.4 * perContext];
        return sharesWork ? new([.. start, 10e-6], terms => OfRoofline(roofline, terms, terms[5])) : new(start, terms => OfRoofline(roofline, terms, 0));
    }

    private static double[] Five(AffineTerms terms) =>
        [terms.Constant, terms.PerPrefillToken, terms.PerSequence, terms.PerContextToken, terms.PerContextTokenMixed];

    private static AffineTerms Terms(IReadOnlyList<double> terms) => new(terms[0], terms[1], terms[2], terms[3], terms[4]);

    private static FittedStepTime OfAffine(AffineTerms terms) => new(terms.Model, terms.SharedPerToken, terms.Spec + Shared(terms.SharedPerToken));

    private static FittedStepTime OfRoofline(IStepTimeModel roofline, IReadOnlyList<double> terms, double shared) => new(
        new CorrectedStepTime(roofline, terms[0], new AffineTerms(terms[1], terms[3], terms[2], 0, terms[4])),
        shared,
        string.Create(
            CultureInfo.InvariantCulture,
            $"roofline x {terms[0]:0.000} + {terms[1] * 1e3:0.00} ms + {terms[2] * 1e6:0.0} us a sequence + {terms[3] * 1e6:0.0} us a prefill token + {terms[4] * 1e9:0.0} ns a context token when mixed{Shared(shared)}"));

    private static string Shared(double perToken) => perToken == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $", and {perToken * 1e6:0.0} us a token of any rank for all");
}

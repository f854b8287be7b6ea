using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// Independent gaps of mean 1 from the gamma or the Weibull family. Also draws the gap that an observer finds who comes at an arbitrary
/// moment, so that a stream begun in the middle has the right rate from its first second.
/// </summary>
public readonly record struct RenewalGaps
{
    private readonly double _weibullPower;
    private readonly double _weibullScale;
    private readonly GammaSampler _gamma;
    private readonly GammaSampler _gammaOfResidual;
    private readonly double _residualMean;

    private RenewalGaps(double shape, bool weibull)
    {
        double residualShape = weibull ? 1 + (1 / shape) : shape + 1;
        _weibullPower = weibull ? 1 / shape : 0;
        _weibullScale = weibull ? 1 / GammaFunction(1 + (1 / shape)) : 0;
        _gamma = new GammaSampler(shape);
        _gammaOfResidual = new GammaSampler(residualShape);
        _residualMean = weibull ? residualShape : residualShape / shape;
    }

    /// <summary>Gamma gaps of this positive shape; 1 makes a Poisson process.</summary>
    public static RenewalGaps Gamma(double shape) => new(shape, weibull: false);

    /// <summary>Weibull gaps of this positive shape; 1 makes a Poisson process.</summary>
    public static RenewalGaps Weibull(double shape) => new(shape, weibull: true);

    /// <summary>One gap.</summary>
    public double Sample(ref RandomStream random) =>
        _weibullPower > 0 ? _weibullScale * Math.Pow(-Math.Log(random.NextOpenUnit()), _weibullPower) : _gamma.SampleUnitMean(ref random);

    /// <summary>
    /// The time an observer waits who comes at an arbitrary moment: a uniform part of a gap met in proportion to its length. Such gaps
    /// are gamma of one shape more, or for Weibull a power of a gamma variable of shape 1 + 1/k.
    /// </summary>
    public double SampleResidual(ref RandomStream random)
    {
        double met = _gammaOfResidual.SampleUnitMean(ref random) * _residualMean;
        return random.NextOpenUnit() * (_weibullPower > 0 ? _weibullScale * Math.Pow(met, _weibullPower) : met);
    }

    // Lanczos' approximation with g = 7 and nine terms; about fifteen digits for the arguments above 1 that occur here.
    private static double GammaFunction(double x)
    {
        ReadOnlySpan<double> terms =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
            -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        double sum = terms[0];
        for (int i = 1; i < terms.Length; i++)
        {
            sum += terms[i] / (x - 1 + i);
        }

        double t = x + 6.5;
        return Math.Sqrt(2 * Math.PI) * Math.Pow(t, x - 0.5) * Math.Exp(-t) * sum;
    }
}

using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// Gamma variates by squeeze and rejection (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000), with their
/// power-of-a-uniform step for shapes below 1.
/// </summary>
public readonly record struct GammaSampler
{
    private readonly double _shape;
    private readonly double _d;
    private readonly double _c;

    /// <summary>Variates of this shape, which is positive.</summary>
    public GammaSampler(double shape)
    {
        _shape = shape;
        _d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        _c = 1 / Math.Sqrt(9 * _d);
    }

    /// <summary>One variate scaled to mean 1 (so its variance is 1/shape).</summary>
    public double SampleUnitMean(ref RandomStream random)
    {
        double value = SampleFromOneUp(ref random);
        if (_shape < 1)
        {
            value *= Math.Pow(random.NextOpenUnit(), 1 / _shape);
        }

        return value / _shape;
    }

    private double SampleFromOneUp(ref RandomStream random)
    {
        while (true)
        {
            double x = NormalCurve.Quantile(random.NextOpenUnit());
            double root = 1 + (_c * x);
            if (root <= 0)
            {
                continue;
            }

            double v = root * root * root;
            if (Math.Log(random.NextOpenUnit()) < (x * x / 2) + (_d * (1 - v + Math.Log(v))))
            {
                return _d * v;
            }
        }
    }
}

namespace Plimsoll.Performance.Power;

/// <summary>
/// The published law of power at a barrier: P(u) = idle + (peak − idle)·u^γ, u the load over the greatest load of the group. Defaults
/// are the published ones: 100 W, 400 W, 0.7 (Chen, Bu et al., arXiv:2601.17855, published code; scheduling theory, section 3.1).
/// </summary>
/// <remarks>
/// For γ in (0, 1), concave: peak·u + idle·(1 − u) ≤ P(u) ≤ peak·u + C·(1 − u) with C = idle + (1 − γ)(peak − idle)
/// (section 3.4): the chord below, the tangent at u = 1 above.
/// </remarks>
public sealed class LoadPowerLaw : IPowerModel
{
    private readonly double _idle;
    private readonly double _span;
    private readonly double _exponent;

    /// <summary>A law of this shape.</summary>
    /// <param name="idleWatts">Power without load, from 0.</param>
    /// <param name="peakWatts">Power of the fullest worker, not below idle.</param>
    /// <param name="exponent">γ, above 0.</param>
    public LoadPowerLaw(double idleWatts = 100, double peakWatts = 400, double exponent = 0.7)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(idleWatts);
        ArgumentOutOfRangeException.ThrowIfLessThan(peakWatts, idleWatts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exponent);
        (_idle, _span, _exponent) = (idleWatts, peakWatts - idleWatts, exponent);
    }

    /// <inheritdoc/>
    public double Watts(in WorkerActivity activity) => activity.LoadShare switch
    {
        <= 0 => _idle,
        >= 1 => _idle + _span,
        double share => _idle + (_span * Math.Pow(share, _exponent)),
    };
}

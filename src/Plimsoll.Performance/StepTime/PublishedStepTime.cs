namespace Plimsoll.Performance.StepTime;

/// <summary>
/// The step of a decode worker in the published barrier setting: C + t·load with C = (B·0.6 ms + 35 ms)/16 for B slots and
/// t = 1.5·2·576·61 µs/2²⁰ for each KV token (Chen, Bu et al., arXiv:2601.17855, published code; scheduling theory, section 3.1).
/// </summary>
public static class PublishedStepTime
{
    /// <summary>Seconds for each KV token: about 1.005e-7.</summary>
    public const double SecondsPerToken = 1.5 * 2 * 576 * 61e-6 / (1 << 20);

    /// <summary>Seconds of a step without load.</summary>
    /// <param name="slots">Slots of the worker, from 1.</param>
    public static double ConstantSeconds(int slots) => ((slots * 0.6e-3) + 35e-3) / 16;

    /// <summary>The step time of a worker with so many slots.</summary>
    public static AffineStepTime For(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        return new AffineStepTime(ConstantSeconds(slots), secondsPerContextToken: SecondsPerToken);
    }
}

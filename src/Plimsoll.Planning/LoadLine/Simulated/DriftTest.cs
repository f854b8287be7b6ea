using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>
/// Does the outstanding work grow? One-sided Student's t test of its growth per window against the scatter of that growth. Increments of
/// a queue in overload are nearly independent; those of a stable one make up for each other, which errs on the side of "bounded".
/// </summary>
/// <param name="T">Mean growth over its standard error.</param>
/// <param name="CriticalT">What T exceeds in one of twenty runs by chance.</param>
public readonly record struct DriftTest(double T, double CriticalT)
{
    /// <summary>Whether there is growth that chance does not explain.</summary>
    public bool Grows => T > CriticalT;

    /// <summary>The test of one run.</summary>
    public static DriftTest Of(StabilityTrial trial)
    {
        MeanEstimate growth = MeanEstimate.Of([.. trial.Growth]);
        double error = growth.StandardDeviation / Math.Sqrt(growth.Count);
        return new DriftTest(growth.Mean / error, StudentT.CriticalValue(0.9, growth.Count - 1));
    }
}

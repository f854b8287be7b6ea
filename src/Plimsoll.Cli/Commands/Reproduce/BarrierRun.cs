using Plimsoll.Metrics.Barrier;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What a barrier group of slots did in the published setting, with the published law of power.</summary>
/// <param name="Totals">Sums over its steps until the last assignment.</param>
/// <param name="Whole">The same over all steps.</param>
/// <param name="SecondsPerOutputToken">Mean over requests of the time from joining to end, over output tokens.</param>
internal readonly record struct BarrierRun(BarrierTotals Totals, BarrierTotals Whole, double SecondsPerOutputToken)
{
    private const double IdleWatts = 100;
    private const double PeakWatts = 400;
    private const double Exponent = 0.7;

    // What a worker draws above its share of the peak, for each share of the greatest load that it is short of it, is at least idle power
    // and at most this (scheduling theory, section 3.4).
    private const double MostIdleWatts = IdleWatts + ((1 - Exponent) * (PeakWatts - IdleWatts));

    public double Imbalance => Totals.MeanImbalanceTokens;

    public double TokensPerSecond => Totals.OutputTokensPerSecond;

    public double Kilojoules => Totals.Joules / 1e3;

    /// <summary>The least energy that these steps and idle fractions can need.</summary>
    public double LeastKilojoules => KilojoulesWith(IdleWatts);

    /// <summary>The most.</summary>
    public double MostKilojoules => KilojoulesWith(MostIdleWatts);

    /// <summary>
    /// At least this share of the baseline's energy is saved, if all of a step's time goes with the greatest load and both serve the same
    /// load: (idle − C/IIR) / (peak/η + C), IIR the ratio of imbalances and η the baseline's imbalance over its load.
    /// </summary>
    public double LeastSaving(BarrierRun baseline)
    {
        double ratio = baseline.Imbalance / Imbalance;
        double share = baseline.Imbalance / baseline.Totals.MeanLoadTokens;
        return (IdleWatts - (MostIdleWatts / ratio)) / ((PeakWatts / share) + MostIdleWatts);
    }

    private double KilojoulesWith(double idleWatts)
    {
        double idle = Totals.TimeWeightedIdleFraction;
        return Totals.StepSeconds * Totals.Workers * ((PeakWatts * (1 - idle)) + (idleWatts * idle)) / 1e3;
    }
}

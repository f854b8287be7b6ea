using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Planning.LoadLine.Simulated;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// Finds a load line by simulation, every replication on whichever thread is free: the same dice give the same answer with any number of
/// them.
/// </summary>
internal static class LoadLineVerification
{
    private const double Margin = 0.03;

    /// <summary>What simulation says; null when it was interrupted.</summary>
    /// <param name="line">The line by theory: where to begin.</param>
    /// <param name="replica">Who serves.</param>
    /// <param name="traffic">What.</param>
    /// <param name="random">The dice.</param>
    /// <param name="plan">How often, how long, on how many threads.</param>
    public static SimulatedLine? Run(
        LoadLineEstimate line, LoadLineReplica replica, LineTraffic traffic, RandomTree random, VerificationPlan plan)
    {
        using var progress = new RunProgress(null);
        IRunObserver? Watch() => progress.Watch(() => false, null);
        bool Stopped() => progress.Interrupted;
        var search = new LineSearch(replica.Scenario(), traffic, line, plan.RequestsPerRun);
        double guess = line.RequestsPerSecond;
        double?[] lines = plan.ForEach(number => search.Find(guess, random.Replication(number), Watch), Stopped);
        double?[] saturated = plan.ForEach(
            number => search.Saturated(line.ResidentRequests, guess, random.Replication(number), Watch), Stopped);
        if (progress.Interrupted)
        {
            return null;
        }

        MeanEstimate found = MeanEstimate.Of([.. lines.Select(each => each!.Value)]);
        double mean = double.IsFinite(found.Mean) ? found.Mean : guess;
        StabilityCheck Check(double rate)
        {
            bool[] growing = plan.ForEach(
                number => search.Trial(rate, random.Replication(number), Watch) is { } trial && DriftTest.Of(trial).Grows, Stopped);
            return new StabilityCheck(rate, growing.Count(grows => grows), growing.Length);
        }

        StabilityCheck below = Check(mean * (1 - Margin));
        StabilityCheck above = Check(mean * (1 + Margin));
        return progress.Interrupted ? null : new SimulatedLine
        {
            Policy = replica.Batching,
            RequestsPerSecond = found,
            Saturated = MeanEstimate.Of([.. saturated.Select(each => each!.Value)]),
            Below = below,
            Above = above,
            RequestsPerRun = plan.RequestsPerRun,
        };
    }
}

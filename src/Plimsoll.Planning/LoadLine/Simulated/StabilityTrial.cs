using Plimsoll.Core;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>
/// One run of open traffic against one replica, cut into equal windows after a warm-up, with the work that was asked for and served in
/// each, in seconds of a saturated replica (<see cref="RequestCost"/>). What is asked for and not yet served is V, the outstanding work of
/// all requests in the system; where a constant step and memory bind it is their outstanding memory demand, the Lyapunov function of Nie,
/// Si, Zhou (arXiv:2605.04595). It stays bounded where the queue does and grows where that grows. A request counts when it arrives and when
/// it ends.
/// </summary>
public sealed class StabilityTrial
{
    /// <summary>Windows after the warm-up.</summary>
    public const int Windows = 20;

    private const double WarmUpShare = 0.25;

    private StabilityTrial(double[] offered, double[] growth, double windowSeconds, double stepSeconds) =>
        (Offered, Growth, WindowSeconds, StepSeconds) = (offered, growth, windowSeconds, stepSeconds);

    /// <summary>Seconds of work asked for in each window.</summary>
    public IReadOnlyList<double> Offered { get; }

    /// <summary>Growth of V in each window, in seconds.</summary>
    public IReadOnlyList<double> Growth { get; }

    /// <summary>Length of a window.</summary>
    public double WindowSeconds { get; }

    /// <summary>Mean time of a step, over the whole run.</summary>
    public double StepSeconds { get; }

    /// <summary>Growth as a share of what was asked for: 1 − μ/λ in overload, about 0 below the line.</summary>
    public double GrowthShare => Growth.Sum() / Offered.Sum();

    /// <summary>Seconds of work served per second: 1 if the replica is saturated and the cost exact.</summary>
    public double ServedPerSecond => (Offered.Sum() - Growth.Sum()) / (WindowSeconds * Windows);

    /// <summary>Runs it; null when the observer stopped it.</summary>
    /// <param name="scenario">The replica.</param>
    /// <param name="source">Its traffic, which lasts at least <paramref name="seconds"/>.</param>
    /// <param name="cost">What a request costs.</param>
    /// <param name="seconds">Virtual time, warm-up included.</param>
    /// <param name="random">The dice.</param>
    /// <param name="watcher">Somebody who watches, or null.</param>
    public static StabilityTrial? Run(
        FleetScenario scenario, IRequestSource source, RequestCost cost, double seconds, RandomTree random, IRunObserver? watcher = null)
    {
        var weighed = new WeighedSource(source, cost);
        var ends = new Ends(seconds * WarmUpShare, seconds, weighed, watcher);
        SimulationOutcome outcome = SimulationRun.Execute(scenario with { StopAt = Instant.FromSeconds(seconds) }, weighed, random, ends);
        if (ends.Stopped)
        {
            return null;
        }

        double[] offered = new double[Windows];
        for (int request = 0; request < weighed.Count; request++)
        {
            if (ends.WindowOf(weighed.Arrival(request)) is >= 0 and < Windows and int window)
            {
                offered[window] += weighed.Seconds(request);
            }
        }

        double[] growth = [.. offered.Select((asked, window) => asked - ends.Served[window])];
        double busy = outcome.Replicas.Sum(replica => (double)replica.Statistics.BusyPicoseconds * 1e-12);
        long steps = outcome.Replicas.Sum(replica => replica.Statistics.Steps);
        return new StabilityTrial(offered, growth, seconds * (1 - WarmUpShare) / Windows, busy / steps);
    }

    private sealed class Ends(double fromSeconds, double toSeconds, WeighedSource source, IRunObserver? watcher) : IRunObserver
    {
        public double[] Served { get; } = new double[Windows];

        public bool Stopped { get; private set; }

        public int WindowOf(Instant instant) =>
            (int)Math.Floor((instant.Seconds - fromSeconds) / (toSeconds - fromSeconds) * Windows);

        public void Ended(in RequestTimeline timeline)
        {
            if (WindowOf(timeline.Finished) is >= 0 and < Windows and int window)
            {
                Served[window] += source.Seconds((int)timeline.Id.Value);
            }
        }

        public bool Continue(Instant now, long arrived, long ended)
        {
            Stopped = watcher is not null && !watcher.Continue(now, arrived, ended);
            return !Stopped;
        }
    }
}

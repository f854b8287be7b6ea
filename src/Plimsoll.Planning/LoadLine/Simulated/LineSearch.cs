using Plimsoll.Core;
using Plimsoll.Simulation;
using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>
/// Finds the load line of one replica by simulation alone: a bisection over Poisson rates for the least at which the outstanding work
/// grows by a given share of what is asked for, with the same dice at every rate. There the replica is saturated, and what it serves
/// is the line: the overload that was looked for cancels out.
/// </summary>
public sealed class LineSearch
{
    private const double Overload = 0.03;
    private const double Resolution = 0.005;
    private const int MostTrials = 40;

    private readonly FleetScenario _scenario;
    private readonly LineTraffic _traffic;
    private readonly RequestCost _cost;
    private readonly double _meanSeconds;
    private readonly long _requests;

    /// <summary>A search.</summary>
    /// <param name="scenario">The replica.</param>
    /// <param name="traffic">Its traffic.</param>
    /// <param name="line">Its line by theory, which says what requests cost.</param>
    /// <param name="requests">Requests in each run, from 1,000.</param>
    public LineSearch(FleetScenario scenario, LineTraffic traffic, LoadLineEstimate line, long requests)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1_000);
        (_scenario, _traffic, _cost, _requests) = (scenario, traffic, RequestCost.At(line), requests);
        _meanSeconds = _cost.MeanSeconds(line.Moments);
    }

    /// <summary>
    /// The line in requests per second, from one set of dice; null when the watcher stopped it, not a number when no rate makes the queue
    /// grow, or every rate does.
    /// </summary>
    /// <param name="guess">Where to begin, above 0.</param>
    /// <param name="random">The dice.</param>
    /// <param name="watch">Makes an observer for each run; null for none.</param>
    public double? Find(double guess, RandomTree random, Func<IRunObserver?>? watch = null)
    {
        (double low, double high) = (guess, 1.05 * guess);
        StabilityTrial? below = Trial(low, random, watch);
        StabilityTrial? above = Trial(high, random, watch);
        int trials = 2;
        while (below is not null && above is not null && below.GrowthShare > Overload && trials < MostTrials)
        {
            (above, high, low) = (below, low, low * 0.85);
            below = Trial(low, random, watch);
            trials++;
        }

        while (below is not null && above is not null && above.GrowthShare <= Overload && trials < MostTrials)
        {
            (low, high) = (high, high * 1.2);
            above = Trial(high, random, watch);
            trials++;
        }

        while (below is not null && above is not null && trials < MostTrials && high > low * (1 + Resolution))
        {
            double middle = Math.Sqrt(low * high);
            StabilityTrial? trial = Trial(middle, random, watch);
            bool grows = trial is not null && trial.GrowthShare > Overload;
            (below, above) = trial is null ? (null, null) : grows ? (below, trial) : (trial, above);
            (low, high) = grows ? (low, middle) : (middle, high);
        }

        return below is null || above is null ? null
            : trials < MostTrials ? RequestsPerSecond(above)
            : double.NaN;
    }

    /// <summary>
    /// Requests served per second in a run, the luck of the draw taken out: the work served over the mean work of a request.
    /// </summary>
    public double RequestsPerSecond(StabilityTrial trial) => trial.ServedPerSecond / _meanSeconds;

    /// <summary>One run at a rate; null when the watcher stopped it.</summary>
    public StabilityTrial? Trial(double requestsPerSecond, RandomTree random, Func<IRunObserver?>? watch = null)
    {
        // Twice as many as are expected, so that the traffic outlasts the run.
        double seconds = _requests / requestsPerSecond;
        return StabilityTrial.Run(
            _scenario,
            _traffic(new PoissonArrivals(requestsPerSecond), 2 * _requests, random),
            _cost,
            seconds,
            random,
            watch?.Invoke());
    }

    /// <summary>
    /// What a replica serves, in requests per second, whose queue never runs empty: as many requests as it holds twice over, each followed
    /// by the next. A second way to the line, without arrivals. Null when the watcher stopped it.
    /// </summary>
    /// <param name="residentRequests">How many it holds, about.</param>
    /// <param name="loadLine">The line in requests per second, about: sets how long to run.</param>
    /// <param name="random">The dice.</param>
    /// <param name="watch">Makes an observer; null for none.</param>
    public double? Saturated(double residentRequests, double loadLine, RandomTree random, Func<IRunObserver?>? watch = null)
    {
        int concurrency = (int)Math.Min(int.MaxValue / 4, (2 * residentRequests) + 64);
        return StabilityTrial.Run(
            _scenario with { ClosedConcurrency = concurrency },
            _traffic(new BacklogArrivals(), (2 * _requests) + concurrency, random),
            _cost,
            _requests / loadLine,
            random,
            watch?.Invoke()) is { } trial ? RequestsPerSecond(trial) : null;
    }
}

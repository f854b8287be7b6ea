using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Planning.Fleet;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// Runs what a search asks for, round by round, every replication on whichever thread is free. The same dice give the same answer with any
/// number of threads.
/// </summary>
internal static class FleetSearchRuns
{
    private const long MostRequests = 200_000;

    /// <summary>Runs until the search has ended or the user pressed Ctrl-C; a fleet whose runs are not complete is left out.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="traffic">The traffic.</param>
    /// <param name="targets">The promises.</param>
    /// <param name="plan">How thoroughly.</param>
    /// <param name="random">The dice.</param>
    /// <param name="progress">Who watches.</param>
    /// <returns>Requests simulated.</returns>
    public static long Run(
        FleetSearch search,
        FleetTraffic traffic,
        LatencyTargets targets,
        VerificationPlan plan,
        RandomTree random,
        RunProgress progress)
    {
        long requests = 0;
        while (!progress.Interrupted && search.Round() is { Count: > 0 } open)
        {
            progress.Tell(search.Ended, search.Engines.Count);
            (EngineSearch Engine, int Replicas, RunLength Length)[] asked =
                [.. open.Select(engine => (engine, engine.Next!.Value, LengthFor(engine.Engine, traffic, plan)))];
            FleetRun?[] runs = RunAll(asked.Length * plan.Replications, plan.Threads, progress, i =>
            {
                (EngineSearch engine, int replicas, RunLength length) = asked[i / plan.Replications];
                return FleetRun.Execute(
                    engine.Engine, replicas, traffic, targets, length, random.Replication(i % plan.Replications),
                        progress.Watch(() => false, null));
            });
            for (int kind = 0; kind < asked.Length; kind++)
            {
                (EngineSearch engine, int replicas, RunLength length) = asked[kind];
                if (FleetOf(engine.Engine, replicas, traffic,
                    runs[(kind * plan.Replications)..((kind + 1) * plan.Replications)]) is { } fleet)
                {
                    requests += plan.Replications * length.Requests;
                    engine.Tell(fleet);
                }
            }
        }

        return requests;
    }

    /// <summary>The greatest rate at which a fleet keeps its promises, in requests per second; null when the user pressed Ctrl-C.</summary>
    /// <param name="fleet">A fleet that keeps them.</param>
    /// <param name="traffic">The traffic that it was simulated with.</param>
    /// <param name="targets">The promises.</param>
    /// <param name="headroom">Share of the load line that is to stay free.</param>
    /// <param name="plan">How thoroughly.</param>
    /// <param name="random">The dice.</param>
    /// <param name="progress">Who watches.</param>
    public static double? Capacity(
        SimulatedFleet fleet,
        FleetTraffic traffic,
        LatencyTargets targets,
        double headroom,
        VerificationPlan plan,
        RandomTree random,
        RunProgress progress)
    {
        var search = new RateSearch(traffic.RequestsPerSecond, (1 - headroom) * fleet.Replicas * fleet.Engine.Line.RequestsPerSecond);
        while (search.Next is { } rate)
        {
            var scaled = new ScaledFleetTraffic(traffic, rate / traffic.RequestsPerSecond);
            RunLength length = LengthFor(fleet.Engine, scaled, plan);
            FleetRun?[] runs = RunAll(plan.Replications, plan.Threads, progress, i => FleetRun.Execute(
                fleet.Engine, fleet.Replicas, scaled, targets, length, random.Replication(i), progress.Watch(() => false, null)));
            if (FleetOf(fleet.Engine, fleet.Replicas, scaled, runs) is not { } tested)
            {
                return null;
            }

            search.Tell(tested.Keeps(targets));
        }

        return search.RequestsPerSecond;
    }

    private static FleetRun?[] RunAll(int count, int threads, RunProgress progress, Func<int, FleetRun?> run)
    {
        var runs = new FleetRun?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => runs[i] = progress.Interrupted ? null
            : run(i));
        return runs;
    }

    private static SimulatedFleet? FleetOf(EngineOption engine, int replicas, FleetTraffic traffic, FleetRun?[] runs) =>
        runs.All(run => run is not null) ? new SimulatedFleet(engine, replicas, traffic.RequestsPerSecond, [.. runs.Select(run => run!)])
            : null;

    private static RunLength LengthFor(EngineOption engine, FleetTraffic traffic, VerificationPlan plan) => RunLength.Of(
        engine.Line, traffic.RequestsPerSecond, plan.RequestsPerRun, Math.Max(plan.RequestsPerRun, MostRequests));
}

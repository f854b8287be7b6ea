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
            RunLength[] lengths = [.. open.Select(engine => LengthFor(engine, traffic, plan))];
            var runs = new FleetRun?[open.Count * plan.Replications];
            Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = plan.Threads }, i =>
            {
                (int kind, int replication) = (i / plan.Replications, i % plan.Replications);
                runs[i] = progress.Interrupted ? null : FleetRun.Execute(
                    open[kind].Engine,
                    open[kind].Next!.Value,
                    traffic,
                    targets,
                    lengths[kind],
                    random.Replication(replication),
                    progress.Watch(() => false, null));
            });
            for (int kind = 0; kind < open.Count; kind++)
            {
                FleetRun?[] ofKind = runs[(kind * plan.Replications)..((kind + 1) * plan.Replications)];
                if (ofKind.All(run => run is not null))
                {
                    requests += plan.Replications * lengths[kind].Requests;
                    open[kind].Tell(new SimulatedFleet(open[kind].Engine, open[kind].Next!.Value, traffic.RequestsPerSecond, [.. ofKind.Select(run => run!)]));
                }
            }
        }

        return requests;
    }

    private static RunLength LengthFor(EngineSearch engine, FleetTraffic traffic, VerificationPlan plan) => RunLength.Of(
        engine.Engine.Line, traffic.RequestsPerSecond, plan.RequestsPerRun, Math.Max(plan.RequestsPerRun, MostRequests));
}

using Plimsoll.Planning.Fleet;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Tests.Fleet;

/// <summary>The search for the cheapest fleet against simulating every fleet there is.</summary>
public sealed class FleetSearchTests
{
    private const double Headroom = 0.1;
    private const int Cases = 30;

    [Fact]
    public void Bounds_and_prices_never_drop_what_simulation_accepts()
    {
        (int pruned, int dear, int found, int compared) = (0, 0, 0, 0);
        for (ulong seed = 1; seed <= Cases; seed++)
        {
            var given = FleetCase.Of(seed);
            EngineSearch[] searches = Solve(given);
            SimulatedFleet[][] all = [.. searches.Select(search => Everything(given, search))];
            SimulatedFleet[] accepted = [.. all.SelectMany(fleets => fleets).Where(fleet => fleet.Keeps(given.Targets))];
            double cheapest = accepted.Select(fleet => fleet.DollarsPerHour).DefaultIfEmpty(double.PositiveInfinity).Min();
            for (int kind = 0; kind < searches.Length; kind++)
            {
                EngineSearch search = searches[kind];
                pruned += search.Broken is null ? 0 : 1;
                dear += search.TooDear ? 1 : 0;
                found += search.Found is null ? 0 : 1;
                Assert.True(search.Broken is null || !all[kind].Any(fleet => fleet.Keeps(given.Targets)),
                    $"seed {seed}, {search.Engine.Name}: {search.Pruned}");
                foreach (SimulatedFleet fleet in all[kind])
                {
                    foreach ((LatencyKind latency, double _) in given.Targets.All)
                    {
                        Assert.True(
                            fleet.Runs.All(run => run.Of(latency) >= search.Bounds.Of(latency)),
                                $"seed {seed}, {search.Engine.Name} {latency}");
                    }
                }
            }

            // Where a larger fleet is never worse there is one answer.
            if (all.All(fleets => IsMonotone(fleets, given.Targets)))
            {
                compared++;
                double answer = searches.Select(search => search.CheapestDollarsPerHour).Min();
                Assert.True(answer == cheapest, $"seed {seed}: {answer} instead of {cheapest}");
            }
        }

        Assert.True(pruned > 5 && found > 20 && compared > 20 && dear > 0,
            $"{pruned} pruned, {dear} dear, {found} found, {compared} compared");
    }

    [Fact]
    public void What_is_found_keeps_its_promises_and_one_replica_less_does_not()
    {
        for (ulong seed = 100; seed < 115; seed++)
        {
            var given = FleetCase.Of(seed);
            foreach (EngineSearch search in Solve(given).Where(search => search.Least is not null))
            {
                int replicas = search.Found!.Value;
                Assert.True(search.Least!.Keeps(given.Targets), $"seed {seed}");
                Assert.True(
                    replicas == (int)search.Estimate.LeastReplicas || !given.Simulate(search.Engine, replicas - 1).Keeps(given.Targets),
                    $"seed {seed}, {search.Engine.Name}: {replicas} replicas are not the least");
            }
        }
    }

    [Fact]
    public void The_closed_form_asks_for_the_least_number_with_room_below_the_line_and_a_mean_step_within_the_limit()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            var given = FleetCase.Of(seed);
            foreach (EngineOption engine in given.Engines)
            {
                double limit = 0.005 + (0.0002 * (seed % 200));
                var estimate = FleetEstimate.Of(engine.Line, given.Traffic.RequestsPerSecond, Headroom, limit);
                int naive = (int)estimate.LeastReplicas;
                Assert.True(naive == 1 || given.Traffic.RequestsPerSecond > (1 - Headroom) * (naive - 1) * engine.Line.RequestsPerSecond,
                    $"seed {seed}");
                Assert.True(given.Traffic.RequestsPerSecond <= (1 - Headroom) * naive * engine.Line.RequestsPerSecond * (1 + 1e-9),
                    $"seed {seed}");
                while (naive <= 64 * estimate.LeastReplicas
                    && FleetEstimate.StepAt(engine.Line, given.Traffic.RequestsPerSecond / naive) > limit)
                {
                    naive++;
                }

                Assert.True(estimate.ExpectedReplicas == naive
                    || (double.IsInfinity(estimate.ExpectedReplicas) && naive > 64 * estimate.LeastReplicas), $"seed {seed}");
            }
        }
    }

    private static EngineSearch[] Solve(FleetCase given)
    {
        EngineSearch[] searches = [.. given.Engines.Select(engine =>
            new EngineSearch(engine, given.Traffic, given.Targets, Headroom, FleetCase.RequestsPerRun))];
        var search = new FleetSearch(searches);
        for (IReadOnlyList<EngineSearch> round = search.Round(); round.Count > 0; round = search.Round())
        {
            foreach (EngineSearch engine in round)
            {
                engine.Tell(given.Simulate(engine.Engine, engine.Next!.Value));
            }
        }

        Assert.Equal(searches.Length, search.Ended);
        return searches;
    }

    // Every number of replicas with head-room that the search may look at.
    private static SimulatedFleet[] Everything(FleetCase given, EngineSearch search)
    {
        int least = (int)search.Estimate.LeastReplicas;
        return [.. Enumerable.Range(least, Math.Max(16, 16 * least) - least
            + 1).Select(replicas => given.Simulate(search.Engine, replicas))];
    }

    private static bool IsMonotone(SimulatedFleet[] fleets, LatencyTargets targets)
    {
        bool[] keeps = [.. fleets.Select(fleet => fleet.Keeps(targets))];
        return !keeps.Zip(keeps.Skip(1)).Any(pair => pair.First && !pair.Second);
    }
}

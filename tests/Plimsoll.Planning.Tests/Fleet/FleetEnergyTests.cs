using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Power;
using Plimsoll.Planning.Fleet;
using Plimsoll.Planning.Fleet.Simulated;
using Plimsoll.Simulation;

namespace Plimsoll.Planning.Tests.Fleet;

/// <summary>A plan's power is that of the simulation's own account.</summary>
public sealed class FleetEnergyTests
{
    private const int Requests = 400;
    private static readonly GpuPowerModel H100 = new(CatalogReader.BuiltIn.FindGpu("h100")!);

    [Fact]
    public void A_plan_draws_what_the_simulation_draws_but_for_the_emptying_of_the_fleet()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var given = FleetCase.Of(seed);
            EngineOption engine = given.Engines[0] with { TensorParallel = 2 };
            engine = engine with { Scenario = engine.Scenario with { Power = H100, AcceleratorsPerReplica = 2 } };
            var random = new RandomTree(seed);
            const int Replicas = 40;

            FleetRun run = FleetRun.Execute(engine, Replicas, given.Traffic, given.Targets, new RunLength(Requests, 0), random)!;

            FleetScenario scenario = engine.Scenario with { Replicas = Replicas };
            RunReport report = SimulationReport.Of(SimulationRun.Execute(scenario, given.Traffic.Source(Requests, random), random), seed);
            double first = FirstArrivalSeconds(given.Traffic, random);
            double arriving = LastArrivalSeconds(given.Traffic, random);
            double idle = Replicas * 2 * 110.0;
            double expected = (report.Energy!.Joules + (idle * (arriving - first - report.DurationSeconds)) + (idle * first)) / arriving;
            Assert.True(Math.Abs(expected - run.Watts) <= 1e-9 * expected, $"seed {seed}: {expected} W, planned {run.Watts} W");
        }
    }

    [Fact]
    public void Without_a_power_model_a_plan_has_none()
    {
        var given = FleetCase.Of(1);

        FleetRun run = FleetRun.Execute(given.Engines[0], 2, given.Traffic, given.Targets, new RunLength(Requests, 0), new RandomTree(1))!;

        Assert.Equal(double.NaN, run.Watts);
        Assert.False(given.Engines[0].KnowsPower);
    }

    private static double FirstArrivalSeconds(FleetTraffic traffic, RandomTree random) => Arrivals(traffic, random)[0];

    private static double LastArrivalSeconds(FleetTraffic traffic, RandomTree random) => Arrivals(traffic, random)[^1];

    private static double[] Arrivals(FleetTraffic traffic, RandomTree random)
    {
        var requests = new InferenceRequest[Requests];
        int read = 0;
        Workloads.IRequestSource source = traffic.Source(Requests, random);
        while (read < Requests)
        {
            read += source.Read(requests.AsSpan(read));
        }

        return [.. requests.Select(request => request.Arrival.Seconds)];
    }
}

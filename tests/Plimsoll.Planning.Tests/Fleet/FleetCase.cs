using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.Fleet;
using Plimsoll.Planning.Fleet.Simulated;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.Fleet;

/// <summary>A small random menu with its traffic and promises, and a simulator for all of it.</summary>
internal sealed record FleetCase(ulong Seed, FleetTraffic Traffic, LatencyTargets Targets, IReadOnlyList<EngineOption> Engines)
{
    public const int RequestsPerRun = 300;

    private const int BlockTokens = 16;
    private const int Replications = 2;

    public static FleetCase Of(ulong seed)
    {
        RandomStream dice = Testing.Dice.Seeded(seed);
        double rate = 1 + (6 * dice.NextOpenUnit());
        var traffic = new DrawnFleetTraffic(new PoissonArrivals(rate), new UniformLength(10, 600), new UniformLength(5, 60));
        var limits = new ServiceObjectives(
            Duration.FromMilliseconds(40 + dice.NextBelow(400)),
            dice.NextBelow(2) == 0 ? null : Duration.FromMilliseconds(10 + dice.NextBelow(60)),
            dice.NextBelow(3) == 0 ? Duration.FromMilliseconds(600 + dice.NextBelow(4_000)) : null);
        List<EngineOption> engines = [];
        for (int id = 0; id < 3; id++)
        {
            double slowness = 0.4 + (2 * dice.NextOpenUnit());
            engines.Add(Engine(id, traffic, slowness, kvBlocks: 60 + dice.NextBelow(300), dollars: 1 + dice.NextBelow(8)));
        }

        return new FleetCase(seed, traffic, new LatencyTargets(limits, 0.9), engines);
    }

    public SimulatedFleet Simulate(EngineOption engine, int replicas) => new(
        engine,
        replicas,
        Traffic.RequestsPerSecond,
        [
            .. Enumerable.Range(0, Replications).Select(
                number => FleetRun.Execute(engine, replicas, Traffic, Targets, new RunLength(RequestsPerRun, 2),
                    new RandomTree(Seed).Replication(number))!),
        ]);

    private static EngineOption Engine(int id, FleetTraffic traffic, double slowness, long kvBlocks, double dollars)
    {
        var step = new AffineStepTime(0.012 * slowness, 8e-5 * slowness, 2e-4 * slowness, 1e-7 * slowness);
        BatchingRules rules = PolicyCatalog.Batching.Default.Create().Plan(new EngineOverrides { MaxSequences = 64, TokenBudget = 512 });
        return new EngineOption
        {
            Id = id,
            Name = $"engine {id}",
            Gpu = $"gpu {id}",
            TensorParallel = 1,
            DollarsPerGpuHour = dollars,
            Line = LoadLineEstimate.Of(
                traffic.Moments(rules.TokenBudget, rules.PrefixCaching),
                new ReplicaLimits
                {
                    KvTokens = kvBlocks * BlockTokens,
                    StepTime = step,
                    BlockTokens = BlockTokens,
                    TokenBudget = 512,
                    MaxSequences = 64
                }),
            Scenario = new FleetScenario
            {
                Replicas = 1,
                Replica = new ReplicaConfiguration(rules, kvBlocks, BlockTokens, step),
                Dispatch = new DispatcherConfiguration(PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default,
                    PolicyCatalog.Routing.Default),
            },
        };
    }
}

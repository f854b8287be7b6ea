using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Simulation.Tests;

/// <summary>
/// What a run costs, in numbers that repeat on any machine: bytes and steps. Time is measured by the benchmarks and not asserted.
/// Alone, because other tests would allocate at the same time.
/// </summary>
[Collection(nameof(CostTests))]
[CollectionDefinition(nameof(CostTests), DisableParallelization = true)]
public sealed class CostTests
{
    private const double LightRate = 100;
    private const double BusyRate = 200;
    private const double MostBytesPerRequest = 8;
    private const long MostBytesKept = 8 << 20;

    [Theory]
    [InlineData("round-robin")]
    [InlineData("power-of-two")]
    [InlineData("least-requests")]
    [InlineData("least-kv")]
    public void A_run_allocates_next_to_nothing_once_it_is_under_way(string routing)
    {
        const long Requests = 200_000;
        var watch = new AllocationWatch(from: Requests / 2, to: Requests - 1);

        SimulationOutcome outcome = Run(Requests, BusyRate, routing, watch);

        Assert.Equal(Requests, outcome.Metrics.Counts.Completed);
        Assert.InRange((double)watch.Bytes / (Requests / 2), 0, MostBytesPerRequest);
    }

    // Steps are what an engine would run; they change only when batches are composed differently.
    [Theory]
    [InlineData(LightRate, 509_420)]
    [InlineData(BusyRate, 190_842)]
    public void A_seed_means_a_number_of_steps(double rate, long steps) =>
        Assert.Equal(steps, Run(20_000, rate).Replicas.Sum(replica => replica.Statistics.Steps));

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_requests()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);

        SimulationOutcome outcome = Run(1_000_000, BusyRate);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostBytesKept);
        Assert.Equal(1_000_000, outcome.Metrics.Counts.Completed);
    }

    private static SimulationOutcome Run(long requests, double rate, string routing = "round-robin", IRunObserver? observer = null)
    {
        var random = new RandomTree(1);
        var source = new GeneratedSource(
            new PoissonArrivals(rate), new UniformLength(10, 2_000), new UniformLength(1, 500), requests, random);
        return SimulationRun.Execute(Fleet(routing), source, random, observer);
    }

    private static FleetScenario Fleet(string routing) => new()
    {
        Replicas = 16,
        Replica = new ReplicaConfiguration(
            PolicyCatalog.Batching.Default.Create().Plan(new EngineOverrides()),
            KvBlocks: 20_000,
            BlockTokens: 16,
            new AffineStepTime(0.005, 2e-5, 1e-5, 4e-8)),
        Dispatch = new DispatcherConfiguration(
            PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse(routing, out _)!),
    };

    private sealed class AllocationWatch(long from, long to) : IRunObserver
    {
        private long _ended;
        private long _before;

        public long Bytes { get; private set; }

        public void Ended(in RequestTimeline timeline)
        {
            if (++_ended == from)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_ended == to)
            {
                Bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
            }
        }

        public bool Continue(Instant now, long arrived, long ended) => true;
    }
}

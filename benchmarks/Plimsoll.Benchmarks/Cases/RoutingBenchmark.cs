using BenchmarkDotNet.Attributes;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>A decision of each routing policy, by the size of the fleet.</summary>
[MemoryDiagnoser]
public class RoutingBenchmark
{
    private RoutedFleet _fleet = null!;

    [Params(2, 32, 1024, 10_000)]
    public int Replicas { get; set; }

    [Params("round-robin", "random", "power-of-two", "least-requests", "least-tokens", "least-kv", "prefix-aware")]
    public string Policy { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _fleet = new RoutedFleet(Policy, Replicas, promptTokens: 1_000);

    [Benchmark]
    public int Decide() => _fleet.Decide();
}

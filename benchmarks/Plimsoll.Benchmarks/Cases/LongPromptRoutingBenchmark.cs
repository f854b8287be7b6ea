using BenchmarkDotNet.Attributes;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>The hardest decision: which of many replicas has most of a prompt of 100,000 tokens, when all have all of it.</summary>
[MemoryDiagnoser]
public class LongPromptRoutingBenchmark
{
    private RoutedFleet _fleet = null!;

    [Params(2, 32, 1024, 10_000)]
    public int Replicas { get; set; }

    [GlobalSetup]
    public void Setup() => _fleet = new RoutedFleet("prefix-aware", Replicas, promptTokens: 100_000);

    [Benchmark]
    public int Decide() => _fleet.Decide();
}

using BenchmarkDotNet.Attributes;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>
/// An admission under the look-ahead check, by how many are running: the question, the joining or the refusal, the leaving.
/// </summary>
[MemoryDiagnoser]
public class LookAheadBenchmark
{
    private FullMemory _memory = null!;

    [Params(100, 1_000, 10_000)]
    public int Running { get; set; }

    [GlobalSetup]
    public void Setup() => _memory = new FullMemory(Running);

    [Benchmark]
    public bool Decide() => _memory.Decide();
}

using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Metrics;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>Adding a latency, and reading a quantile.</summary>
[MemoryDiagnoser]
public class LatencySketchBenchmark
{
    private const int Values = 4096;
    private readonly LatencySketch _sketch = new();
    private readonly Duration[] _values = new Duration[Values];

    [GlobalSetup]
    public void Setup()
    {
        RandomStream dice = new RandomTree(Production.Seed).Stream("latencies");
        for (int i = 0; i < Values; i++)
        {
            _values[i] = Duration.FromSeconds(-Math.Log(dice.NextOpenUnit()));
        }

        Add();
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public long Add()
    {
        foreach (Duration value in _values)
        {
            _sketch.Add(value);
        }

        return _sketch.Count;
    }

    [Benchmark]
    public double Quantile() => _sketch.Quantile(0.99);
}

using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Simulation;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>The hold operation of an event queue: what wakes first is put off by a random time.</summary>
[MemoryDiagnoser]
public class WakeQueueBenchmark
{
    private const long LongestNanoseconds = 20_000_000;
    private WakeQueue _wakes = null!;
    private RandomStream _dice;

    [Params(16, 256, 4096)]
    public int Replicas { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _dice = new RandomTree(Production.Seed).Stream("wakes");
        _wakes = new WakeQueue(Replicas);
        for (int i = 0; i < Replicas; i++)
        {
            _wakes.Set(i, new Instant(_dice.NextBelow(LongestNanoseconds)));
        }
    }

    [Benchmark]
    public int Hold()
    {
        int first = _wakes.First;
        _wakes.Set(first, new Instant(_wakes.FirstTime.Nanoseconds + _dice.NextBelow(LongestNanoseconds)));
        return first;
    }
}

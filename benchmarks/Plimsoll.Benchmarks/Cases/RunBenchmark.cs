using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Simulation;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>A whole run at three loads, generation included; times and bytes are per request.</summary>
[MemoryDiagnoser]
public class RunBenchmark
{
    private const int Requests = 100_000;
    private readonly FleetScenario _fleet = Production.Fleet();
    private double _rate;

    [Params(0.3, 0.6, 0.9)]
    public double Load { get; set; }

    [GlobalSetup]
    public void Setup() => _rate = Load * Capacity.RequestsPerSecond(_fleet);

    [Benchmark(OperationsPerInvoke = Requests)]
    public SimulationOutcome Run() => Production.Run(_fleet, Production.Traffic(Requests, _rate));
}

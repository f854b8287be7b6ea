using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Simulation;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>A whole run under other policies, at a rate that all of them sustain; times and bytes are per request.</summary>
[MemoryDiagnoser]
public class PolicyRunBenchmark
{
    private const int Requests = 100_000;
    private const double Load = 0.3;
    private double _rate;

    [GlobalSetup]
    public void Setup() => _rate = Load * Capacity.RequestsPerSecond(Production.Fleet());

    [Benchmark(OperationsPerInvoke = Requests)]
    [Arguments("round-robin")]
    [Arguments("power-of-two")]
    [Arguments("least-requests")]
    [Arguments("least-kv")]
    public SimulationOutcome Routing(string policy) => Run(Production.Fleet(routing: policy));

    [Benchmark(OperationsPerInvoke = Requests)]
    [Arguments("vllm")]
    [Arguments("vllm-v0")]
    [Arguments("sarathi")]
    [Arguments("orca")]
    public SimulationOutcome Batching(string policy) => Run(Production.Fleet(batching: policy));

    private SimulationOutcome Run(FleetScenario fleet) => Production.Run(fleet, Production.Traffic(Requests, _rate));
}

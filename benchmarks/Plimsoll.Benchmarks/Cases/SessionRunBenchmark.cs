using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Simulation;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>A whole run of conversations that share prefixes; times and bytes are per session of five turns on average.</summary>
[MemoryDiagnoser]
public class SessionRunBenchmark
{
    private const int Sessions = 4_000;
    private const double SessionsPerSecond = 12;
    private FleetScenario _fleet = null!;

    [Params("prefix-aware", "session", "round-robin")]
    public string Routing { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _fleet = Production.Fleet(routing: Routing);

    [Benchmark(OperationsPerInvoke = Sessions)]
    public SimulationOutcome Run() => Production.Run(_fleet, Production.Sessions(Sessions, SessionsPerSecond));
}

using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>Where requests come from: drawn from distributions, or read from a trace in memory; times and bytes are per request.</summary>
[MemoryDiagnoser]
public class TrafficBenchmark
{
    private const int Requests = 100_000;
    private const double RequestsPerSecond = 100;
    private readonly InferenceRequest[] _buffer = new InferenceRequest[1024];
    private byte[] _azure = [];

    [GlobalSetup]
    public void Setup()
    {
        using var stream = new MemoryStream();
        using (TraceWriter writer = TraceFormats.Find("azure")!.CreateWriter(stream)!)
        {
            writer.WriteAll(Production.Traffic(Requests, RequestsPerSecond));
        }

        _azure = stream.ToArray();
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public long Generate() => Drain(Production.Traffic(Requests, RequestsPerSecond));

    [Benchmark(OperationsPerInvoke = Requests)]
    public long ReadAzureTrace()
    {
        using var stream = new MemoryStream(_azure);
        return Drain(TraceReader.Open("azure", stream, new TraceOptions(), new TraceProblems())!);
    }

    private long Drain(IRequestSource source)
    {
        long total = 0;
        int count;
        while ((count = source.Read(_buffer)) > 0)
        {
            total += count;
        }

        return total;
    }
}

using System.Globalization;
using System.Text;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Gateway.Tests.Observing;

public sealed class ProcessMetricsTests
{
    [Fact]
    public void A_collection_is_counted_once_by_its_oldest_generation_and_its_pause_is_told()
    {
        (long before, double paused) = ((long)Value("dotnet_gc_collections_total{generation=\"2\"}"), Value("dotnet_gc_pause_time_seconds_total"));

        GC.Collect();

        Assert.True(Value("dotnet_gc_collections_total{generation=\"2\"}") >= before + 1);
        Assert.True(Value("dotnet_gc_pause_time_seconds_total") > paused);
        double all = Enumerable.Range(0, 3).Sum(generation => Value($"dotnet_gc_collections_total{{generation=\"{generation}\"}}"));
        Assert.InRange(all, 1, GC.CollectionCount(0));
    }

    [Fact]
    public void Memory_and_processor_time_are_those_of_this_process()
    {
        double asked = Value("dotnet_gc_heap_total_allocated_bytes_total");
        byte[] block = new byte[50_000_000];

        Assert.True(Value("dotnet_gc_heap_total_allocated_bytes_total") >= asked + block.Length);
        Assert.True(Value("process_resident_memory_bytes") > 10_000_000);
        Assert.InRange(Value("process_cpu_seconds_total"), 0.01, 1e6);
        Assert.True(Value("dotnet_thread_pool_queue_length") >= 0);
    }

    private static double Value(string series)
    {
        StringBuilder text = new();
        foreach (MetricFamily family in ProcessMetrics.Families)
        {
            family.Write(text);
        }

        string line = text.ToString().Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}

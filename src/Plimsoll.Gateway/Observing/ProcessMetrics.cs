using System.Globalization;

namespace Plimsoll.Gateway.Observing;

/// <summary>
/// What the gateway itself costs, under the names that Prometheus' client libraries and OpenTelemetry's conventions for .NET use: of a slow
/// answer it must be possible to say whether the engine was slow or the gateway stood still.
/// </summary>
internal static class ProcessMetrics
{
    /// <summary>The families, in the order in which they are printed.</summary>
    public static IReadOnlyList<MetricFamily> Families { get; } =
    [
        Of("process_cpu_seconds_total", "counter", "Processor time of the gateway.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        Of("process_resident_memory_bytes", "gauge", "Memory of the gateway.", () => Environment.WorkingSet),
        Of("dotnet_gc_heap_total_allocated_bytes_total", "counter", "Memory asked for since the start.", () => GC.GetTotalAllocatedBytes()),
        Of("dotnet_gc_pause_time_seconds_total", "counter", "Time in which garbage collections stopped everything.",
            () => GC.GetTotalPauseDuration().TotalSeconds),
        new ReadFamily("dotnet_gc_collections_total", "counter", "Garbage collections by the oldest generation collected.", "generation",
            () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(Collections)),
        Of("dotnet_thread_pool_queue_length", "gauge", "Work that waits for a thread.", () => ThreadPool.PendingWorkItemCount),
    ];

    private static ReadFamily Of(string name, string type, string help, Func<double> read) =>
        new(name, type, help, null, () => [("", read())]);

    // The runtime counts a collection for each generation that it collected.
    private static (string Generation, double? Count) Collections(int generation)
    {
        int older = generation == GC.MaxGeneration ? 0 : GC.CollectionCount(generation + 1);
        return (generation.ToString(CultureInfo.InvariantCulture), GC.CollectionCount(generation) - older);
    }
}

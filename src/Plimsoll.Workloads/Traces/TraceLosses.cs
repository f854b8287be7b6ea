namespace Plimsoll.Workloads.Traces;

/// <summary>Says in words what a format cannot hold.</summary>
internal static class TraceLosses
{
    private static readonly (TraceFeatures Feature, string What)[] Words =
    [
        (TraceFeatures.Arrivals, "arrival times"),
        (TraceFeatures.ExternalIds, "request ids"),
        (TraceFeatures.Sessions, "sessions"),
        (TraceFeatures.Clients, "clients"),
        (TraceFeatures.Models, "models"),
        (TraceFeatures.Adapters, "adapters"),
        (TraceFeatures.Priorities, "priorities"),
        (TraceFeatures.Deadlines, "deadlines"),
        (TraceFeatures.OutputBounds, "predicted output bounds"),
        (TraceFeatures.PrefixHashes, "prefix hashes (or hashes of that block size)"),
        (TraceFeatures.Cancellations, "cancellations"),
        (TraceFeatures.OutputLimits, "output limits"),
        (TraceFeatures.Nanoseconds, "times finer than 100 ns, which are rounded down"),
        (TraceFeatures.Microseconds, "times finer than a millisecond, which are rounded down"),
    ];

    public static List<string> Describe(TraceFormat format, TraceFeatures lost)
    {
        List<string> losses = [];
        foreach ((TraceFeatures feature, string what) in Words)
        {
            if ((lost & feature) != 0)
            {
                losses.Add($"{format.Name} does not hold {what}");
            }
        }

        return losses;
    }
}

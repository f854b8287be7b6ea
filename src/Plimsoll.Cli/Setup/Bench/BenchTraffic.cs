using Plimsoll.Core;

namespace Plimsoll.Cli.Setup.Bench;

/// <summary>The requests of a benchmark, all of them in memory before the first is sent.</summary>
internal static class BenchTraffic
{
    /// <summary>Reads them; null when something is wrong with them, with every problem gathered, or the user pressed Ctrl-C.</summary>
    public static IReadOnlyList<InferenceRequest>? Read(Traffic traffic, RandomTree random, InputProblems problems) =>
        RecordedTraffic.Read(traffic, random, problems, needsArrivals: true);

    /// <summary>Arrivals per second from the first to the last; infinite when they all come at once.</summary>
    public static double RateOf(IReadOnlyList<InferenceRequest> requests)
    {
        double seconds = (requests[^1].Arrival - requests[0].Arrival).Seconds;
        return seconds > 0 ? (requests.Count - 1) / seconds : double.PositiveInfinity;
    }

    /// <summary>The same requests at another rate, the first at time zero.</summary>
    public static IReadOnlyList<InferenceRequest> AtRate(IReadOnlyList<InferenceRequest> requests, double rate)
    {
        double factor = RateOf(requests) / rate;
        Instant first = requests[0].Arrival;
        return [.. requests.Select(request => request with { Arrival = Instant.FromSeconds((request.Arrival - first).Seconds * factor) })];
    }
}

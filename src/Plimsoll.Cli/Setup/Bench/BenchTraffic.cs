using Plimsoll.Cli.Output;
using Plimsoll.Core;

namespace Plimsoll.Cli.Setup.Bench;

/// <summary>The requests of a benchmark, all of them in memory before the first is sent.</summary>
internal static class BenchTraffic
{
    /// <summary>Reads them; null when something is wrong with them, with every problem gathered, or the user pressed Ctrl-C.</summary>
    public static IReadOnlyList<InferenceRequest>? Read(Traffic traffic, RandomTree random, InputProblems problems)
    {
        using OpenedTraffic? opened = traffic.Open(random, problems);
        if (opened is null)
        {
            return null;
        }

        if (opened.Trace is { } trace && traffic.LacksArrivals(trace.Notes))
        {
            problems.Add("--arrivals", $"{traffic.Name} ({trace.Format.Name}) has no arrival times; choose some, such as poisson:5 or closed:8");
        }

        if (opened.IsEmpty && opened.Problems.Total == 0)
        {
            problems.Add("--trace", $"{traffic.Name} holds no requests");
        }

        using var progress = new CountProgress();
        List<InferenceRequest> requests = [];
        var block = new InferenceRequest[1024];
        for (int read = opened.Read(block); read > 0 && progress.Continue(requests.Count); read = opened.Read(block))
        {
            requests.AddRange(block.AsSpan(0, read));
        }

        if (opened.Problems.MustFail(traffic.SkipBadRows))
        {
            problems.Add(opened.Problems);
        }

        return problems.Any || progress.Interrupted ? null : requests;
    }

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

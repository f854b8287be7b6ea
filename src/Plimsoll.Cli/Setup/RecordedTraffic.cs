using Plimsoll.Cli.Output;
using Plimsoll.Core;

namespace Plimsoll.Cli.Setup;

/// <summary>All requests of some traffic, in memory.</summary>
internal static class RecordedTraffic
{
    /// <summary>Reads them; null when something is wrong with the trace, with every problem gathered, or the user pressed Ctrl-C.</summary>
    /// <param name="traffic">The traffic.</param>
    /// <param name="random">What it is drawn with.</param>
    /// <param name="problems">Gathers what is wrong.</param>
    /// <param name="needsArrivals">Whether a trace without arrival times is refused.</param>
    public static IReadOnlyList<InferenceRequest>? Read(Traffic traffic, RandomTree random, InputProblems problems, bool needsArrivals = false)
    {
        using OpenedTraffic? opened = traffic.Open(random, problems);
        if (opened is null)
        {
            return null;
        }

        if (needsArrivals && opened.Trace is { } trace && traffic.LacksArrivals(trace.Notes))
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
}

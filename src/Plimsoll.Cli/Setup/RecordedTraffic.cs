using Plimsoll.Cli.Output;
using Plimsoll.Core;

namespace Plimsoll.Cli.Setup;

/// <summary>All requests of a trace.</summary>
internal static class RecordedTraffic
{
    /// <summary>Reads them; null when something is wrong with the trace, with every problem gathered, or the user pressed Ctrl-C.</summary>
    public static IReadOnlyList<InferenceRequest>? Read(Traffic traffic, ulong seed, InputProblems problems)
    {
        using OpenedTraffic? opened = traffic.Open(new RandomTree(seed), problems);
        if (opened is null)
        {
            return null;
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

using Plimsoll.Core;
using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Timing;
using Plimsoll.Metrics;

namespace Plimsoll.LoadGen.Tests.Reports;

/// <summary>Runs written down by hand. Times are milliseconds.</summary>
internal static class Transcripts
{
    public static RequestRecord Completed(long id, double at, double late, double first, double last, int output, int prompt = 10) => new()
    {
        Id = id,
        PromptTokens = 10,
        OutputTokens = output,
        Intended = Nanoseconds(at),
        Started = Nanoseconds(at + late),
        Sent = Nanoseconds(at + late),
        FirstContent = Nanoseconds(first),
        LastContent = Nanoseconds(last),
        Finished = Nanoseconds(last),
        ContentEvents = 2,
        CountedPromptTokens = prompt,
        CountedOutputTokens = output,
        CachedTokens = 4,
        Status = 200,
        Outcome = LoadOutcome.Completed,
    };

    public static RequestRecord Ended(long id, double intended, LoadOutcome outcome, string? reason = null) => new()
    {
        Id = id,
        PromptTokens = 10,
        OutputTokens = 5,
        Intended = Nanoseconds(intended),
        Started = Nanoseconds(intended),
        Finished = outcome == LoadOutcome.InFlight ? -1 : Nanoseconds(intended + 1),
        Outcome = outcome,
        Reason = reason,
    };

    public static LoadResult Run(double seconds, params RequestRecord[] records)
    {
        var gaps = new LatencySketch();
        var loop = new LatencySketch();
        loop.Add(new Duration(1000));
        foreach (RequestRecord record in records.Where(record => record.LastContent > record.FirstContent))
        {
            gaps.Add(new Duration(record.LastContent - record.FirstContent));
        }

        return new LoadResult(records, gaps, loop, new ClientLoad(0.2, 0.5, 0, 2), 3, 0, seconds, false);
    }

    private static long Nanoseconds(double milliseconds) => (long)Math.Round(milliseconds * 1e6);
}

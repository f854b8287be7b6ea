using System.Diagnostics;
using Plimsoll.Benchmarks.Cases;
using Plimsoll.Benchmarks.Measuring;

namespace Plimsoll.Benchmarks;

/// <summary>How long single admissions under the look-ahead check take, with the check as it is defined beside them.</summary>
internal static class LookAhead
{
    private static readonly (int Running, int Stretch)[] Memories =
        [(100, 1), (1_000, 1), (4_000, 1), (16_000, 1), (1_000, 32), (4_000, 32), (16_000, 32)];

    public static string Table(int decisions)
    {
        var table = new MarkdownTable(
            "running, mean", "outputs", "ends apart, mean", "decisions", "admitted", "p50 ns", "p99 ns", "p99.9 ns", "max ns", "as defined, p50 ns", "as defined, p99 ns");
        foreach ((int running, int stretch) in Memories)
        {
            Add(table, new FullMemory(running, stretch), stretch, decisions);
        }

        return "10,000 waiting, in order of length; prompts lognormal 600:1000 tokens, outputs lognormal 150:250 or 32 times as long.\n"
            + $"Reading the clock is in each number: {Figures.Whole(Latencies.ClockNanoseconds)} ns.\n\n" + table;
    }

    private static void Add(MarkdownTable table, FullMemory memory, int stretch, int decisions)
    {
        Latencies.WarmUp(() => memory.Decide());

        // As defined it is slow: few times, and fewer when many are inside.
        int checks = memory.Running > 2_000 ? 10 : 200;
        int every = decisions / checks;
        var latencies = new Latencies(decisions);
        var defined = new Latencies(decisions);
        (long admitted, long running, long ends) = (0, 0, 0);
        for (int i = 0; i < decisions; i++)
        {
            bool? expected = null;
            if (i % every == 0)
            {
                expected = AsDefined(memory, defined);
                (running, ends) = (running + memory.Running, ends + memory.Inside.Select(sequence => sequence.End).Distinct().Count());
            }

            long start = Stopwatch.GetTimestamp();
            bool fits = memory.Decide();
            latencies.Add(start, Stopwatch.GetTimestamp());
            admitted += fits ? 1 : 0;
            if (expected is not null && expected != fits)
            {
                throw new InvalidOperationException("the profile and the definition disagree");
            }
        }

        table.Add(
            Figures.Whole((double)running / defined.Count),
            $"× {stretch}",
            Figures.Whole((double)ends / defined.Count),
            Figures.Whole(decisions),
            Figures.TwoDecimals((double)admitted / decisions),
            Figures.Whole(latencies.Percentile(0.5)),
            Figures.Whole(latencies.Percentile(0.99)),
            Figures.Whole(latencies.Percentile(0.999)),
            Figures.Whole(latencies.Percentile(1)),
            Figures.Whole(defined.Percentile(0.5)),
            Figures.Whole(defined.Percentile(0.99)));
    }

    // At every end, the sum over all who last as long (scheduling-theory, section 4.1).
    private static bool AsDefined(FullMemory memory, Latencies latencies)
    {
        (long Size, long Start, long End)[] inside = [.. memory.Inside];
        (int size, int length) = memory.Candidate;
        (long now, long capacity) = (memory.Now, memory.Capacity);
        long start = Stopwatch.GetTimestamp();
        bool fits = HasRoom(now) && HasRoom(now + length - 1);
        foreach ((_, _, long end) in inside)
        {
            fits = fits && HasRoom(end);
        }

        latencies.Add(start, Stopwatch.GetTimestamp());
        return fits;

        bool HasRoom(long step)
        {
            long held = step < now + length ? size + step - now : 0;
            foreach ((long tokens, long from, long end) in inside)
            {
                held += end >= step ? tokens + step - from : 0;
            }

            return held <= capacity;
        }
    }
}

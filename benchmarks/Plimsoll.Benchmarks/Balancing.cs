using System.Diagnostics;
using Plimsoll.Benchmarks.Cases;
using Plimsoll.Benchmarks.Measuring;

namespace Plimsoll.Benchmarks;

/// <summary>How long single decisions of balancing policies take, before a step of a group in the middle of its work and before its first.</summary>
internal static class Balancing
{
    private const int Slots = 128;
    private const int Candidates = 1024;
    private const int ColdDecisions = 20;
    private static readonly string[] Policies = ["bf-io", "even-keel"];
    private static readonly int[] Workers = [8, 16, 32, 64, 128, 256, 512, 1024];

    public static string Table(int decisions)
    {
        var table = new MarkdownTable(
            "balancing", "workers", "decisions", "placed, mean", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "bytes", "first step, p50 µs", "placed");
        foreach (string policy in Policies)
        {
            foreach (int workers in Workers)
            {
                Add(table, policy, workers, Math.Max(200, decisions * 8 / workers));
            }
        }

        return $"{Slots} slots a worker, {Figures.Whole(Candidates)} requests always wait; prompts exponential with mean 1,000 tokens, outputs with mean 128, "
            + "all predicted; options at their defaults. First step: all slots are empty, and as many wait as there are slots.\n"
            + $"Reading the clock is in each number: {Figures.Whole(Latencies.ClockNanoseconds)} ns.\n\n" + table;
    }

    private static void Add(MarkdownTable table, string policy, int workers, int decisions)
    {
        var group = new BarrierStep(policy, workers, Slots, Candidates);
        Latencies.WarmUp(() => Both(group));
        for (int i = 0; i < 300; i++)
        {
            Both(group); // two mean outputs: the first requests, placed together, no longer end together
        }

        var latencies = new Latencies(decisions);
        long placed = 0;
        long bytes = 0;
        for (int i = 0; i < decisions; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            group.Decide();
            latencies.Add(start, Stopwatch.GetTimestamp());
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            placed += group.Placed;
            group.Step();
        }

        (double cold, int filled) = FirstStep(policy, workers);
        table.Add(
            policy,
            Figures.Whole(workers),
            Figures.Whole(decisions),
            Figures.OneDecimal((double)placed / decisions),
            Microseconds(latencies, 0.5),
            Microseconds(latencies, 0.99),
            Microseconds(latencies, 0.999),
            Microseconds(latencies, 1),
            Figures.Whole(bytes),
            Figures.Whole(cold),
            Figures.Whole(filled));
    }

    private static (double MedianMicroseconds, int Placed) FirstStep(string policy, int workers)
    {
        var group = new BarrierStep(policy, workers, Slots, Slots * workers);
        var latencies = new Latencies(ColdDecisions);
        group.Decide(); // grows the buffers; nothing is stepped, so the group stays empty
        for (int i = 0; i < ColdDecisions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            group.Decide();
            latencies.Add(start, Stopwatch.GetTimestamp());
        }

        return (latencies.Percentile(0.5) / 1000, group.Placed);
    }

    private static void Both(BarrierStep group)
    {
        group.Decide();
        group.Step();
    }

    private static string Microseconds(Latencies latencies, double fraction) => Figures.OneDecimal(latencies.Percentile(fraction) / 1000);
}

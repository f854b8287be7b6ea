using System.Diagnostics;
using Plimsoll.Benchmarks.Cases;
using Plimsoll.Benchmarks.Measuring;

namespace Plimsoll.Benchmarks;

/// <summary>How long single routing decisions take, from the arrival to the effect, with prompts of 100,000 tokens.</summary>
internal static class Routing
{
    private const int PromptTokens = 100_000;
    private static readonly (string Policy, int Replicas, int Prompts)[] Fleets =
    [
        ("prefix-aware", 32, 1),
        ("prefix-aware", 1024, 1),
        ("prefix-aware", 1024, 500),
        ("prefix-aware", 1024, 2500),
        ("least-tokens", 1024, 1),
        ("round-robin", 1024, 1),
    ];

    public static string Table(int decisions)
    {
        var table = new MarkdownTable("routing", "replicas", "prompts", "decisions", "p50 ns", "p99 ns", "p99.9 ns", "max ns");
        foreach ((string policy, int replicas, int prompts) in Fleets)
        {
            RoutedFleet fleet = prompts == 1
                ? new RoutedFleet(policy, replicas, PromptTokens)
                : new RoutedFleet(policy, replicas, PromptTokens, prompts);
            Latencies latencies = Measure(fleet, decisions);
            table.Add(
                policy,
                Figures.Whole(replicas),
                Figures.Whole(prompts),
                Figures.Whole(decisions),
                Figures.Whole(latencies.Percentile(0.5)),
                Figures.Whole(latencies.Percentile(0.99)),
                Figures.Whole(latencies.Percentile(0.999)),
                Figures.Whole(latencies.Percentile(1)));
        }

        return $"Prompts of {Figures.Whole(PromptTokens)} tokens with a hash for each block. One prompt: every replica has had all of it. "
            + "Many: they share their first half, and each has been sent sixteen times. "
            + "Of 2,500 the halves are more than the dispatcher remembers: each has been forgotten when it comes again.\n"
            + $"Reading the clock is in each number: {Figures.Whole(Latencies.ClockNanoseconds)} ns.\n\n" + table;
    }

    private static Latencies Measure(RoutedFleet fleet, int decisions)
    {
        Latencies.WarmUp(() => fleet.Decide());
        var latencies = new Latencies(decisions);
        for (int i = 0; i < decisions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            fleet.Decide();
            latencies.Add(start, Stopwatch.GetTimestamp());
        }

        return latencies;
    }
}

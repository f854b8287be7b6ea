using Plimsoll.Core;
using Plimsoll.Policies.Batching.Orders;
using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Testing;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>
/// The mix of scheduling theory, section 5.2, at a quarter of its size: four short conversations to one long document, M = 16492. Published
/// at full size, mean latency in rounds: FCFS 11791, shortest output 2166, smallest s + o 1690, SVF 1283, Sorted-F 1313.
/// </summary>
public sealed class SyntheticBacklogTests
{
    private const long Capacity = 16_492;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sorted_F_beats_first_come_several_times_and_shortest_first_clearly(ulong seed)
    {
        (int Prompt, int Output)[] jobs = Mix(seed, 400, 100);
        int[] ids = [.. Enumerable.Range(0, jobs.Length)];
        var rounds = new LookAheadRounds(jobs, Capacity);
        long firstCome = rounds.TotalLatency(ids);
        long shortestOutput = rounds.TotalLatency([.. ids.OrderBy(job => jobs[job].Output)]);
        long smallestPeak = rounds.TotalLatency([.. ids.OrderBy(job => jobs[job].Prompt + jobs[job].Output)]);
        long smallestVolume = rounds.TotalLatency([.. ids.OrderBy(job => ByVolume.Volume(jobs[job].Prompt, jobs[job].Output))]);
        string latencies = $"FCFS {firstCome}, o {shortestOutput}, s + o {smallestPeak}, SVF {smallestVolume}";
        foreach (string selector in (string[])["lambda", "quantile", "swap"])
        {
            long sortedF = rounds.TotalLatency(Backlogs.Arrange(new SortedFOrder(SelectorCases.Create(selector)), jobs, Capacity));

            Assert.True(5 * sortedF < firstCome, $"{selector} {sortedF}, {latencies}");
            Assert.True(1.3 * sortedF < shortestOutput, $"{selector} {sortedF}, {latencies}");
            Assert.True(1.1 * sortedF < smallestPeak, $"{selector} {sortedF}, {latencies}");
            Assert.True(sortedF < 1.1 * smallestVolume, $"{selector} {sortedF}, {latencies}");
        }
    }

    private static (int Prompt, int Output)[] Mix(ulong seed, int conversations, int documents)
    {
        RandomStream random = new(seed);
        var jobs = new (int, int)[conversations + documents];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = i < conversations
                ? Draw(new LogNormalLength(11, 40.6, 1000), new LogNormalLength(45, 85.3, 1000), ref random)
                : Draw(new NormalLength(2546, 900, 200, 6000), new LogNormalLength(161, 296, 6000), ref random);
        }

        for (int i = jobs.Length - 1; i > 0; i--)
        {
            int other = (int)random.NextBelow(i + 1);
            (jobs[i], jobs[other]) = (jobs[other], jobs[i]);
        }

        return jobs;
    }

    private static (int Prompt, int Output) Draw(LengthDistribution prompt, LengthDistribution output, ref RandomStream random) =>
        (prompt.Quantile(random.NextOpenUnit()), output.Quantile(random.NextOpenUnit()));
}

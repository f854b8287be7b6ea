using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>Backlogs for tests, and what orders and selectors make of them.</summary>
internal static class Backlogs
{
    /// <summary>The jobs of scheduling theory, section 5.3; the capacity is 12.</summary>
    public static readonly (int Prompt, int Output)[] Published = [(4, 2), (1, 3), (1, 3), (6, 1), (2, 5), (1, 4)];

    /// <summary>Requests 0, 1, 2, … that are all there at once, with known lengths.</summary>
    public static QueuedRequest[] Of(IEnumerable<(int Prompt, int Output)> jobs) =>
        [.. jobs.Select((job, i) => new QueuedRequest(
            new RequestId(i), Instant.Zero, job.Prompt, 0, 0, LengthPrediction.Exact(job.Output), job.Output))];

    /// <summary>Few different lengths, so that ties abound.</summary>
    public static (int Prompt, int Output)[] Random(ref RandomStream random, int count, int longest)
    {
        var jobs = new (int, int)[count];
        foreach (ref (int Prompt, int Output) job in jobs.AsSpan())
        {
            job = (1 + (int)random.NextBelow(longest), 1 + (int)random.NextBelow(longest));
        }

        return jobs;
    }

    public static int[] Arrange(IBacklogOrder order, QueuedRequest[] waiting, long capacity)
    {
        int[] arranged = new int[waiting.Length];
        order.Arrange(waiting, capacity, arranged);
        return arranged;
    }

    public static int[] Arrange(IBacklogOrder order, (int Prompt, int Output)[] jobs, long capacity) => Arrange(order, Of(jobs), capacity);

    /// <summary>The batches a selector chooses until nobody who fits alone remains.</summary>
    public static List<(int[] Jobs, BatchScore Score)> Batches(
        IBatchSelector selector, (int Prompt, int Output)[] jobs, long capacity, BatchFeasibility feasibility)
    {
        var backlog = new RankedBacklog();
        var batch = new CandidateBatch();
        var batches = new List<(int[], BatchScore)>();
        backlog.Load(Of(jobs), capacity, feasibility);
        selector.Begin(backlog);
        while (backlog.Remaining.Length > 0)
        {
            batch.Start(backlog);
            selector.Choose(backlog, batch);
            Assert.True(batch.Count > 0, "an empty batch");
            batches.Add(([.. batch.Members.ToArray().Select(backlog.Position)], batch.Score));
            backlog.Take(batch.Members);
        }

        return batches;
    }
}

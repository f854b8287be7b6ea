using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>A run with everything that ended in it.</summary>
/// <param name="Outcome">What the run says.</param>
/// <param name="Ended">Every timeline, in the order in which they ended.</param>
internal sealed record RecordedRun(SimulationOutcome Outcome, IReadOnlyList<RequestTimeline> Ended)
{
    public RequestCounts Counts => Outcome.Metrics.Counts;

    public static RecordedRun Of(
        FleetScenario scenario,
        IReadOnlyList<InferenceRequest> requests,
        ulong seed = 1,
        int glances = int.MaxValue,
        int block = int.MaxValue)
    {
        var recorder = new Recorder(glances);
        SimulationOutcome outcome = SimulationRun.Execute(scenario, new ListSource(requests, block), new RandomTree(seed), recorder);
        return new(outcome, recorder.Ended);
    }

    /// <summary>Everything of a timeline that could differ.</summary>
    public static string Describe(in RequestTimeline t) =>
        $"{t.Id} {t.Outcome} {t.RejectReason} on {t.Replica}: {t.Arrival.Nanoseconds} {t.Scheduled.Nanoseconds} {t.FirstToken.Nanoseconds} "
        + $"{t.Finished.Nanoseconds}, tokens {t.PromptTokens} {t.OutputTokens} cached {t.CachedTokens} preempted {t.Preemptions}";

    public IReadOnlyList<string> ById() => [.. Ended.OrderBy(t => t.Id).Select(t => Describe(t))];

    /// <summary>What holds on every run, whatever was run, stopped or not.</summary>
    public void AssertAccountsBalance(IReadOnlyList<InferenceRequest> requests, string name)
    {
        RequestCounts counts = Counts;
        long ended = counts.Completed + counts.Rejected + counts.Failed + counts.Cancelled;
        Assert.True(counts.Submitted == ended + counts.InFlight, $"{name}: {counts}");
        Assert.True(Outcome.Partial || counts.InFlight == 0, $"{name}: {counts} in a run that was not stopped");
        Assert.True(Outcome.Partial || counts.Submitted == requests.Count, $"{name}: {counts} of {requests.Count}");
        Assert.Equal(ended, Ended.Count);
        Assert.Equal(Ended.Count, Ended.DistinctBy(t => t.Id).Count());
        Assert.Equal(counts.Completed, Ended.Count(t => t.Outcome == RequestOutcome.Completed));
        Assert.Equal(counts.Cancelled, Ended.Count(t => t.Outcome == RequestOutcome.Cancelled));
        Assert.Equal(counts.Rejected, Ended.Count(t => t.Outcome == RequestOutcome.Rejected && t.RejectReason != RejectReason.None));
        Assert.Equal(Outcome.Metrics.OutputTokens, Ended.Sum(t => (long)t.OutputTokens));
        foreach (RequestTimeline timeline in Ended)
        {
            InferenceRequest request = requests[(int)timeline.Id.Value];
            Assert.True(TokensAsked(request, timeline.Outcome) == timeline.OutputTokens, $"{name}: {Describe(timeline)}");
            Assert.Equal(request.PromptTokens, timeline.PromptTokens);
            Assert.True(timeline.Arrival <= timeline.Finished && timeline.Finished <= Outcome.End, $"{name}: {Describe(timeline)}");
        }

        AssertReplicas(name);
    }

    private static int TokensAsked(in InferenceRequest request, RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Completed => request.OutputTokens,
        RequestOutcome.Cancelled => request.Details!.CancelledAfterTokens!.Value,
        _ => 0,
    };

    private void AssertReplicas(string name)
    {
        Assert.Equal(Outcome.Scenario.Replicas * (Outcome.Scenario.Lockstep?.Workers ?? 1), Outcome.Replicas.Count);
        foreach (ReplicaOutcome replica in Outcome.Replicas)
        {
            Assert.True(replica.PeakKvBlocks <= replica.KvBlocksTotal, $"{name}: {replica.PeakKvBlocks} of {replica.KvBlocksTotal} blocks");
            Assert.Equal(Outcome.Scenario.Replica.KvBlocks, replica.KvBlocksTotal);
        }

        if (Outcome.Partial)
        {
            return;
        }

        Assert.Equal(Outcome.Metrics.Preemptions, Outcome.Replicas.Sum(replica => replica.Statistics.Preemptions));
        if (Outcome.Scenario.StopAt == Instant.Never)
        {
            // A step counts from its launch, so that a stop may find one that ends later.
            Int128 longest = ((Int128)Outcome.End.Nanoseconds + 1) * 1000;
            Assert.True(Outcome.Replicas.All(replica => replica.Statistics.BusyPicoseconds < longest), $"{name}: busier than time allows");
        }
    }

    private sealed class Recorder(int glances) : IRunObserver
    {
        private int _glances;

        public List<RequestTimeline> Ended { get; } = [];

        void IRunObserver.Ended(in RequestTimeline timeline) => Ended.Add(timeline);

        public bool Continue(Instant now, long arrived, long ended)
        {
            Assert.Equal(Ended.Count, ended);
            return ++_glances < glances;
        }
    }
}

using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;
using Plimsoll.Serving.Tests.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>Groups by hand: who waits for whom, what is refused, what is remembered.</summary>
public class LockstepGroupTests
{
    private static readonly LockstepConfiguration Two = new(2, BalancingCases.All[1]);

    [Fact]
    public void A_step_lasts_as_long_as_the_slowest_worker_s()
    {
        // A step takes a second and one for each prompt token: worker 0 computes 3, worker 1 computes 5; then a second each.
        var stepTime = new AffineStepTime(1, secondsPerPrefillToken: 1);
        LockstepGroup group = Group(Two, EngineCase.Of(EngineCase.Rules(), stepTime: stepTime));

        List<RequestTimeline> ended = Serve(group, Requests.Of((0, 3, 2), (0, 5, 4), (6.5, 10, 1)));

        Assert.Equal([7.0, 19.0, 18.0], Sorted(ended).Select(t => t.Finished.Seconds));
        Assert.Equal([0, 1, 0], Sorted(ended).Select(t => t.Replica));
        Assert.Equal([6.0, 6.0, 18.0], Sorted(ended).Select(t => t.FirstToken.Seconds));
        Assert.Equal([0.0, 0.0, 7.0], Sorted(ended).Select(t => t.Scheduled.Seconds));
    }

    [Fact]
    public void What_prompts_take_is_what_a_step_takes_beyond_its_decodes()
    {
        // A prompt of 3 alone: 4 s. A decode: 1 s. A prompt of 10 beside a decode: 11 s, of which 1 would be the decode's.
        var watched = new PromptTimes();
        var group = new LockstepGroup(
            new ReplicaId(0),
            new LockstepConfiguration(1, BalancingCases.All[1]),
            EngineCase.Of(EngineCase.Rules(), stepTime: new AffineStepTime(1, secondsPerPrefillToken: 1)),
            new RandomTree(1),
            watched);

        Serve(group, Requests.Of((0, 3, 4), (4.5, 10, 1)));

        Assert.Equal([(4.0, 4.0), (1.0, 0.0), (11.0, 10.0), (1.0, 0.0)], watched.Seconds);
    }

    [Fact]
    public void A_dummy_batch_keeps_a_worker_busy_that_has_nothing_to_do()
    {
        LockstepGroup group = Group(Two with { IdlePicoseconds = 3_000_000_000_000 }, EngineCase.Of(EngineCase.Rules()));

        List<RequestTimeline> ended = Serve(group, Requests.Of((0, 3, 2)));

        Assert.Equal(6.0, ended[0].Finished.Seconds);
    }

    [Fact]
    public void What_is_shared_takes_everybody_the_tokens_of_all()
    {
        // Own work: a second a step. Shared: a second for each of 3 + 5 prompt tokens, then for each of the two outputs.
        LockstepConfiguration shared = Two with { SharedPicosecondsPerToken = 1_000_000_000_000 };
        LockstepGroup group = Group(shared, EngineCase.Of(EngineCase.Rules(), stepTime: new ConstantStepTime(1)));

        List<RequestTimeline> ended = Serve(group, Requests.Of((0, 3, 2), (0, 5, 3)));

        Assert.Equal([9.0, 9.0], Sorted(ended).Select(t => t.FirstToken.Seconds));
        Assert.Equal([12.0, 14.0], Sorted(ended).Select(t => t.Finished.Seconds));
    }

    [Fact]
    public void What_no_worker_can_hold_is_refused_when_it_arrives()
    {
        LockstepGroup group = Group(Two, EngineCase.Of(EngineCase.Rules(), kvBlocks: 10));

        List<RequestTimeline> ended = Serve(group, Requests.Of((0, 100, 10), (0.5, 161, 1)));

        Assert.Equal(RejectReason.ExceedsKvCapacity, ended.Single(t => t.Id.Value == 1).RejectReason);
        Assert.Equal(0.5, ended.Single(t => t.Id.Value == 1).Finished.Seconds);
        Assert.Equal(RequestOutcome.Completed, ended.Single(t => t.Id.Value == 0).Outcome);
    }

    [Fact]
    public void It_remembers_no_more_boundaries_than_the_longest_stay_has_steps()
    {
        LockstepGroup group = Group(Two, EngineCase.Of(EngineCase.Rules()));
        InferenceRequest[] requests = Requests.Of([.. Enumerable.Range(0, 20_000).Select(i => (0.7 * i, 3, 1 + (i % 7)))]);

        int most = 0;
        LockstepDriver.Drive(group, requests, [], _ => default, seen: () => most = Math.Max(most, group.BoundariesKept));

        Assert.True(group.Steps > 10_000, $"{group.Steps} steps");
        Assert.InRange(most, 512, 1100);
    }

    [Fact]
    public void Rules_that_need_a_clock_are_refused()
    {
        BatchingRules stalls = EngineCase.Rules() with
        {
            ChunkedPrefill = false,
            Eviction = new EvictionRules { Victim = EvictionVictim.ByChance, Stall = Duration.FromMilliseconds(1) },
        };

        Assert.Throws<ArgumentException>(() => Group(Two, EngineCase.Of(stalls)));
        Assert.Throws<ArgumentException>(() => Group(Two, EngineCase.Of(EngineCase.Rules()) with { RecordsStays = true }));
        Assert.Throws<ArgumentException>(() => Group(Two, EngineCase.Of(EngineCase.Policy("wait"))));
        Assert.Throws<ArgumentOutOfRangeException>(() => Group(Two with { Workers = 0 }, EngineCase.Of(EngineCase.Rules())));
    }

    private static LockstepGroup Group(LockstepConfiguration group, ReplicaConfiguration replica) =>
        new(new ReplicaId(0), group, replica, new RandomTree(1));

    private static List<RequestTimeline> Serve(LockstepGroup group, InferenceRequest[] requests)
    {
        var ended = new List<RequestTimeline>();
        LockstepDriver.Drive(group, requests, ended, _ => default);
        return ended;
    }

    private static IEnumerable<RequestTimeline> Sorted(List<RequestTimeline> ended) => ended.OrderBy(t => t.Id);

    private sealed class PromptTimes : ILockstepObserver
    {
        public List<(double Step, double Prompts)> Seconds { get; } = [];

        public void Stepped(LockstepSteps steps)
        {
            for (int step = 0; step < steps.Count; step++)
            {
                Seconds.Add((steps.FirstPicoseconds * 1e-12, step == 0 ? steps.WorkerPromptPicoseconds[0] * 1e-12 : 0));
            }
        }

        public void Rested(long picoseconds)
        {
        }
    }
}

using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Balancing;
using Plimsoll.Serving.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>A barrier group of slots, step by step by hand.</summary>
public sealed class SlotGroupTests
{
    // One microsecond and one nanosecond for each token.
    private static readonly AffineStepTime StepTime = new(1e-6, secondsPerContextToken: 1e-9);

    [Fact]
    public void The_slowest_worker_sets_the_pace_and_steps_go_together_until_another_is_slower()
    {
        // Worker 0 holds 100 tokens and grows by 1, worker 1 holds 98 and grows by 2: 1,100 + 1,101 + 1,102 (both) | 1,104 + 1,106 ns.
        SlotGroup group = Group(workers: 2, slots: 2, Scripted((0, 0), (1, 1), (2, 1)));
        Reveal(group, (100, 50), (60, 50), (38, 50));
        Assert.Equal(3, group.Assign());

        LockstepSteps steps = group.Step(Instant.Never);

        Assert.Equal((3, 1_100_000, 1_000), (steps.Count, steps.FirstPicoseconds, steps.PicosecondsGrowth));
        Assert.Equal(1_100_000 + 1_101_000 + 1_102_000, steps.Picoseconds);
        Assert.Equal([101, 100], steps.LoadTokens);
        Assert.Equal([1, 2], steps.LoadTokensGrowth);
        Assert.Equal([1_100_000, 1_098_000], steps.WorkerPicoseconds);
        Assert.Equal((3, true), (steps.FirstOutputTokens, steps.FollowsAssignment));
        steps = group.Step(new Instant(1_100 + 1_101 + 1_102 + 1_104 + 1_106));
        Assert.Equal((2, 1_104_000, 2_000), (steps.Count, steps.FirstPicoseconds, steps.PicosecondsGrowth));
        Assert.Equal((new Instant(1_100 + 1_101 + 1_102), false), (steps.Start, steps.FollowsAssignment));
    }

    [Fact]
    public void Requests_end_on_time_and_what_they_held_is_gone()
    {
        SlotGroup group = Group(workers: 1, slots: 2, BalancingOf.Catalogue("fcfs-fill"));
        Reveal(group, (10, 1), (20, 3));
        group.Assign();

        LockstepSteps first = group.Step(Instant.Never);

        Assert.Equal([21], first.LoadTokens);
        RequestTimeline ended = Assert.Single(group.Ended).Timeline;
        Assert.Equal((new Instant(0), new Instant(1_030), new Instant(1_030)), (ended.Scheduled, ended.FirstToken, ended.Finished));
        group.ClearEnded();
        Assert.Equal(1, group.Step(Instant.Never).Count);
        Assert.Empty(group.Ended);
        LockstepSteps last = group.Step(Instant.Never);
        Assert.Equal([0], last.LoadTokens);
        Assert.Equal(new Instant(1_030 + 1_021 + 1_022), Assert.Single(group.Ended).Timeline.Finished);
        Assert.Equal((0, 2), (group.Running, group.FreeSlots));
    }

    [Fact]
    public void A_policy_that_puts_one_request_twice_is_stopped() => AssertStopped(Scripted((0, 0), (0, 1)));

    [Fact]
    public void A_policy_that_overfills_a_worker_is_stopped() => AssertStopped(Scripted((0, 1), (1, 1), (2, 1)));

    [Fact]
    public void A_policy_that_names_a_worker_that_is_not_there_is_stopped() => AssertStopped(Scripted((0, 2)));

    [Fact]
    public void A_policy_that_names_a_request_that_is_not_there_is_stopped() => AssertStopped(Scripted((3, 0)));

    private static void AssertStopped(Policies.PolicyChoice<IBalancingPolicy> policy)
    {
        SlotGroup group = Group(workers: 2, slots: 2, policy);
        Reveal(group, (1, 1), (1, 1), (1, 1));
        Assert.Throws<InvariantBrokenException>(() => group.Assign());
    }

    private static SlotGroup Group(int workers, int slots, Policies.PolicyChoice<IBalancingPolicy> policy) =>
        new(new SlotGroupConfiguration(workers, slots, 4 * workers, StepTime, policy), Dice.Seeded(1));

    private static void Reveal(SlotGroup group, params ReadOnlySpan<(int Prompt, int Output)> requests)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            (int prompt, int output) = requests[i];
            group.Reveal(new InferenceRequest(new RequestId(i), Instant.Zero, prompt, output), LengthPrediction.None);
        }
    }

    private static Policies.PolicyChoice<IBalancingPolicy> Scripted(params (int Waiting, int Worker)[] placements) =>
        BalancingOf.Choice(() => new Script(placements));

    private sealed class Script((int Waiting, int Worker)[] all) : IBalancingPolicy
    {
        public void Assign(in GroupView group, Placements placements, ref RandomStream random)
        {
            foreach ((int waiting, int worker) in all)
            {
                placements.Add(waiting, worker);
            }
        }
    }
}

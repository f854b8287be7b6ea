using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>The leaping engine and its plain twin agree on every stamp of every request, to the nanosecond.</summary>
public class LeapEqualsTicksTests
{
    private static readonly ulong Cases =
        ulong.Parse(Environment.GetEnvironmentVariable("PLIMSOLL_TWIN_CASES") ?? "1500", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Same_timelines_over_random_workloads(StepComposition composition, int stepsInFlight)
    {
        int preempted = 0;
        int cached = 0;
        for (ulong seed = 1; seed <= Cases; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("case");
            ReplicaConfiguration configuration = RandomConfiguration(ref dice, composition, stepsInFlight);
            List<InferenceRequest> requests = RandomRequests(ref dice, configuration);
            List<RequestTimeline> expected = AssertSameTimelines(configuration, requests, reportOften: seed % 2 == 0, $"seed {seed}");
            preempted += expected.Sum(t => t.Preemptions);
            cached += expected.Sum(t => t.CachedTokens);
        }

        // The comparison means something only if the hard cases occur.
        Assert.True(preempted > 100, $"{preempted} preemptions");
        Assert.True(cached > 1000 || composition == StepComposition.PrefillOnly, $"{cached} cached tokens");
    }

    [Theory]
    [InlineData(6.0, 400_000)]
    [InlineData(20.0, 400_000)]
    [InlineData(30.0, 60_000)]
    public void Same_timelines_under_production_like_traffic(double requestsPerSecond, int kvTokens)
    {
        var rules = new BatchingRules { MaxSequences = 1024, TokenBudget = 8192, FullSequenceGate = true, PrefixCaching = true, StepsInFlight = 2 };
        var configuration = new ReplicaConfiguration(rules, kvTokens / 16, 16, new AffineStepTime(0.0055, 2.2e-5, 8e-6, 4.5e-8));
        RandomStream dice = new RandomTree(7).Stream("traffic");
        var requests = new List<InferenceRequest>();
        double at = 0;
        for (int i = 0; i < 1500; i++)
        {
            at -= Math.Log(dice.NextOpenUnit()) / requestsPerSecond;
            int prompt = 1 + (int)(-1000 * Math.Log(dice.NextOpenUnit()));
            int output = 1 + (int)(-250 * Math.Log(dice.NextOpenUnit()));
            requests.Add(new(new RequestId(i), Instant.FromSeconds(at), prompt, output));
        }

        AssertSameTimelines(configuration, requests, reportOften: false, requestsPerSecond.ToString(CultureInfo.InvariantCulture));
    }

    private static List<RequestTimeline> AssertSameTimelines(
        ReplicaConfiguration configuration,
        List<InferenceRequest> requests,
        bool reportOften,
        string name)
    {
        List<RequestTimeline> expected = [.. new TickingReplica(configuration).Run(requests).OrderBy(t => t.Id)];
        List<RequestTimeline> actual = [.. LeapingReplica.Run(configuration, requests, reportOften).OrderBy(t => t.Id)];
        Assert.Equal(requests.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            (string ticks, string leaps) = (Describe(expected[i]), Describe(actual[i]));
            Assert.True(ticks == leaps, $"{name}, request {i}, {configuration}\nticks {ticks}\nleaps {leaps}");
        }

        return expected;
    }

    private static string Describe(in RequestTimeline t) =>
        $"{t.Id} {t.Outcome} {t.RejectReason} scheduled {t.Scheduled.Nanoseconds} first {t.FirstToken.Nanoseconds} finished {t.Finished.Nanoseconds} "
        + $"out {t.OutputTokens} cached {t.CachedTokens} preempted {t.Preemptions}";

    private static ReplicaConfiguration RandomConfiguration(ref RandomStream dice, StepComposition composition, int stepsInFlight)
    {
        int sequences = 1 + (int)dice.NextBelow(12);
        bool chunked = composition != StepComposition.PrefillOnly && (composition == StepComposition.DecodeFirst || dice.NextBelow(5) > 0);
        int budget = chunked ? sequences + (int)dice.NextBelow(100) : 200 + (int)dice.NextBelow(100);
        MemoryReservation reservation = composition == StepComposition.Mixed
            ? (MemoryReservation)Math.Max(0, dice.NextBelow(5) - 2)
            : MemoryReservation.Prompt;
        var rules = new BatchingRules
        {
            MaxSequences = sequences,
            TokenBudget = budget,
            ChunkTokens = chunked && dice.NextBelow(2) == 0 ? 1 + (int)dice.NextBelow(60) : 0,
            ChunkedPrefill = chunked,
            Composition = composition,
            Reservation = reservation,
            FullSequenceGate = dice.NextBelow(2) == 0,
            WatermarkFraction = dice.NextBelow(3) == 0 ? 0.05 : 0,
            JoinsRunningBatch = dice.NextBelow(6) > 0,
            PrefixCaching = composition != StepComposition.PrefillOnly && dice.NextBelow(3) > 0,
            StepsInFlight = stepsInFlight,
        };
        IStepTimeModel stepTime = dice.NextBelow(3) switch
        {
            0 => new AffineStepTime(0.010),
            1 => new AffineStepTime(0.0123456789, 3.33e-5, 1.7e-5, 8.12e-8, 3.1e-8),
            _ => new AffineStepTime(0, 1e-4, 1e-3, 1e-6),
        };
        return new ReplicaConfiguration(rules, 8 + dice.NextBelow(60), 1 + (int)dice.NextBelow(20), stepTime);
    }

    private static List<InferenceRequest> RandomRequests(ref RandomStream dice, ReplicaConfiguration configuration)
    {
        long capacity = configuration.KvBlocks * configuration.BlockTokens;
        int most = (int)Math.Max(2, capacity / (1 + dice.NextBelow(4)));
        int count = 1 + (int)dice.NextBelow(40);
        long gap = (dice.NextBelow(4) * 20_000_000) + 1;
        int hashTokens = 1 + (int)dice.NextBelow(3 * configuration.BlockTokens);
        var requests = new List<InferenceRequest>();
        long at = 0;
        for (int i = 0; i < count; i++)
        {
            at += dice.NextBelow(4) == 0 ? 0 : dice.NextBelow(gap);
            int prompt = 1 + (int)dice.NextBelow(dice.NextBelow(20) == 0 ? most * 3 : most);
            int output = 1 + (int)dice.NextBelow(dice.NextBelow(3) == 0 ? 3 : 80);
            requests.Add(new(new RequestId(i), new Instant(at), prompt, output, RandomDetails(ref dice, prompt, output, hashTokens)));
        }

        return requests;
    }

    private static RequestDetails? RandomDetails(ref RandomStream dice, int prompt, int output, int hashTokens)
    {
        if (dice.NextBelow(3) == 0)
        {
            return null;
        }

        // A few families of prompts that share their beginnings, up to where this one's hashes end.
        int hashes = (int)dice.NextBelow(((prompt + hashTokens - 1) / hashTokens) + 1);
        int family = (int)dice.NextBelow(3);
        int shared = (int)dice.NextBelow(hashes + 1);
        ulong self = dice.NextUInt64();
        var prefix = new ulong[hashes];
        for (int i = 0; i < hashes; i++)
        {
            prefix[i] = StableHash.Combine(i < shared ? (ulong)family : self, (ulong)i);
        }

        return new RequestDetails
        {
            PrefixHashArray = prefix,
            BlockTokens = hashTokens,
            CancelledAfterTokens = dice.NextBelow(6) == 0 ? (int)dice.NextBelow(output + 2) : null,
            MaxOutputTokens = dice.NextBelow(4) == 0 ? output + (int)dice.NextBelow(20) : null,
        };
    }
}

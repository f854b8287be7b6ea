using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>What callers are told is what the engine does, to the nanosecond.</summary>
public sealed class HostedReplicaTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Every_token_is_told_with_the_instant_at_which_its_step_ended(StepComposition composition, int stepsInFlight)
    {
        long aborted = 0;
        long compared = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 400); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("hosted");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = [.. RandomCases.Requests(ref dice, configuration, most: 30).Select(request => request with { Details = null })];
            Departure[] departures = RandomCases.Departures(ref dice, requests);
            HostedRun run = HostedRun.Of(configuration, requests, departures, ref dice);
            var twin = new TickingReplica(configuration);
            List<RequestTimeline> timelines = twin.Run(run.Arrived, departures: run.Departed);
            foreach (RequestTimeline timeline in timelines)
            {
                List<Instant> expected = twin.TokenInstants.GetValueOrDefault(timeline.Id) ?? [];
                Assert.True(
                    expected.SequenceEqual(run.Told[timeline.Id]),
                    $"seed {seed}, {timeline.Id}: {string.Join(' ', expected)} | {string.Join(' ', run.Told[timeline.Id])}");
                aborted += timeline.Outcome == RequestOutcome.Cancelled ? 1 : 0;
                compared += expected.Count;
            }
        }

        Assert.True(aborted > 200 && compared > 10_000, $"{aborted} aborted, {compared} tokens");
    }

    [Fact]
    public void A_call_that_does_not_fit_is_refused_as_a_whole()
    {
        var replica = new HostedReplica(Emulators.Replica() with { KvBlocks = 4 }, default, Emulators.Metrics());
        EmulatedCall call = Emulators.Call((16, 4), (16, 200));

        replica.Submit(call, Instant.Zero);

        Assert.True(call.Events.TryRead(out EmulatedEvent told));
        Assert.Equal((EmulatedEventKind.Refused, 1, RejectReason.ExceedsKvCapacity), (told.Kind, told.Index, told.Reason));
        Assert.Equal(0, replica.Requests);
    }
}

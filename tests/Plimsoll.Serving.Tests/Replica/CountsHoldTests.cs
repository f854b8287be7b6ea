using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>A replica keeps its word on how long its counts hold.</summary>
public class CountsHoldTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void As_many_wait_and_run_through_the_instant_it_says(StepComposition composition, int stepsInFlight)
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("case");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            Drive(new ReplicaEngine(new ReplicaId(0), configuration), requests, ref dice, seed);
        }
    }

    private static void Drive(ReplicaEngine engine, InferenceRequest[] requests, ref RandomStream dice, ulong seed)
    {
        Instant now = Instant.Zero;
        for (int arrived = 0; arrived < requests.Length || engine.NextWake != Instant.Never;)
        {
            Instant arrival = arrived < requests.Length ? requests[arrived].Arrival : Instant.Never;
            Instant next = arrival <= engine.NextWake ? arrival : engine.NextWake;
            Look(engine, now, next, ref dice, seed);
            if (arrival <= engine.NextWake)
            {
                engine.Submit(requests[arrived], LengthPrediction.None, requests[arrived].PromptTokens, arrival);
                arrived++;
                now = arrival;
            }
            else
            {
                now = engine.NextWake;
                engine.Wake(now);
                engine.ClearEnded();
            }
        }
    }

    // At instants between now and the next event, up to the one it says.
    private static void Look(ReplicaEngine engine, Instant now, Instant next, ref RandomStream dice, ulong seed)
    {
        ReplicaReport told = engine.Report(now);
        while (true)
        {
            Instant through = engine.CountsHoldThrough < next ? engine.CountsHoldThrough : next;
            Instant later = through <= now || dice.NextBelow(3) == 0 ? through : now + new Duration(dice.NextBelow((through - now).Nanoseconds));
            ReplicaReport seen = engine.Report(later);
            Assert.True(
                (told.RunningRequests, told.WaitingRequests) == (seen.RunningRequests, seen.WaitingRequests),
                $"seed {seed}: {told} at {now}, {seen} at {later}");
            if (later == through)
            {
                return;
            }

            now = later;
        }
    }
}

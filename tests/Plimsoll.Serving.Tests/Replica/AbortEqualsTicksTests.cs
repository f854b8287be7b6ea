using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Engine and twin agree when clients leave at any time, and the engine says of every token when it came.</summary>
public sealed class AbortEqualsTicksTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Same_timelines_whoever_leaves(StepComposition composition, int stepsInFlight)
    {
        var seen = new Counts();
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("departures");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            Departure[] departures = RandomCases.Departures(ref dice, requests);
            TwinRun run = TwinRun.Of(configuration, requests, reportOften: seed % 2 == 0, $"seed {seed}", departures: departures);
            seen.Add(run, departures);
        }

        seen.AreMany();
    }

    [Theory]
    [InlineData(EvictionVictim.Newest)]
    [InlineData(EvictionVictim.SmallestBound)]
    [InlineData(EvictionVictim.LastInOrder)]
    public void Same_timelines_with_orders_and_lengths_believed(EvictionVictim victim)
    {
        var seen = new Counts();
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1000); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("departures and beliefs");
            ReplicaConfiguration configuration = BeliefsEqualTicksTests.Configuration(ref dice, victim);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            Departure[] departures = RandomCases.Departures(ref dice, requests);
            LengthPrediction Predict(InferenceRequest request) => BeliefsEqualTicksTests.Prediction(request, seed, wrong: (int)(seed % 3));
            try
            {
                TwinRun run = TwinRun.Of(configuration, requests, seed % 2 == 0, $"seed {seed}", Predict, new RandomStream(seed), departures);
                seen.Add(run, departures);
            }
            catch (NoProgressException)
            {
                // Some of these rules evict for ever, with or without departures.
            }
        }

        seen.AreMany();
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("nested-wait")]
    public void Same_timelines_with_gates(string policy)
    {
        var seen = new Counts();
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1000); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("departures and gates");
            ReplicaConfiguration configuration = GateEqualsTicksTests.Configuration(ref dice);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 80);
            Departure[] departures = RandomCases.Departures(ref dice, requests);
            Func<IStepGate> gate = EngineCase.Policy($"{policy}:patience=0.2,limit={1 + dice.NextBelow(400)}", new() { StepTime = new(0.01, 1e-6) }).Gate!;
            configuration = configuration with { Rules = configuration.Rules with { Gate = gate } };
            LengthPrediction Predict(InferenceRequest request) => LengthPrediction.Exact(request.OutputTokens);
            TwinRun run = TwinRun.Of(configuration, requests, seed % 2 == 0, $"seed {seed}", Predict, departures: departures);
            seen.Add(run, departures);
        }

        seen.AreMany();
    }

    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Every_token_is_seen_when_its_step_ends(StepComposition composition, int stepsInFlight)
    {
        long tokens = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("tokens");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            var twin = new TickingReplica(configuration);
            List<RequestTimeline> expected = twin.Run(requests);
            Dictionary<RequestId, List<Instant>> actual = WatchedReplica.Drive(configuration, requests, out List<RequestTimeline> ended);
            foreach (RequestTimeline timeline in ended)
            {
                List<Instant> ticks = twin.TokenInstants[timeline.Id];
                Assert.True(ticks.SequenceEqual(actual[timeline.Id]), $"seed {seed}, {timeline.Id}: {string.Join(' ', ticks)} | {string.Join(' ', actual[timeline.Id])}");
                tokens += ticks.Count;
            }

            Assert.Equal(expected.Count(timeline => timeline.Outcome != RequestOutcome.Rejected), ended.Count);
        }

        Assert.True(tokens > 10_000, $"{tokens} tokens");
    }

    private sealed class Counts
    {
        private int _waiting;
        private int _inPrefill;
        private int _streaming;
        private int _evicted;
        private int _inTime;

        public void Add(TwinRun run, Departure[] departures)
        {
            foreach (Departure departure in departures)
            {
                RequestTimeline timeline = run.Timelines[(int)departure.Id.Value];
                bool left = timeline.Outcome == RequestOutcome.Cancelled && timeline.Finished == departure.At;
                _inTime += left ? 0 : 1;
                _waiting += left && timeline.Scheduled == Instant.Never ? 1 : 0;
                _inPrefill += left && timeline.Scheduled != Instant.Never && timeline.FirstToken == Instant.Never ? 1 : 0;
                _streaming += left && timeline.FirstToken != Instant.Never ? 1 : 0;
                _evicted += left && timeline.Preemptions > 0 ? 1 : 0;
            }
        }

        // The comparison means something only if the hard cases occur.
        public void AreMany() => Assert.True(
            _waiting > 100 && _inPrefill > 50 && _streaming > 100 && _evicted > 20 && _inTime > 100,
            $"{_waiting} while waiting, {_inPrefill} in prefill, {_streaming} in decoding, {_evicted} after evictions, {_inTime} too late");
    }
}

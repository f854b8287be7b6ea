using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>The leaping engine and its plain twin agree on every stamp of every request, to the nanosecond.</summary>
public class LeapEqualsTicksTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Same_timelines_over_random_workloads(StepComposition composition, int stepsInFlight)
    {
        long preempted = 0;
        int cached = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("case");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            TwinRun run = TwinRun.Of(configuration, requests, reportOften: seed % 2 == 0, $"seed {seed}");
            preempted += run.Preemptions;
            cached += run.Timelines.Sum(t => t.CachedTokens);
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
        var rules = new BatchingRules
        {
            MaxSequences = 1024,
            TokenBudget = 8192,
            FullSequenceGate = true,
            PrefixCaching = true,
            StepsInFlight = 2,
        };
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

        TwinRun.Of(configuration, requests, name: requestsPerSecond.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    public void A_long_output_ends_on_time_although_prompts_are_in_chunks_all_along(StepComposition composition, int stepsInFlight)
    {
        var rules = new BatchingRules { MaxSequences = 2, TokenBudget = 3, Composition = composition, StepsInFlight = stepsInFlight };
        var configuration = new ReplicaConfiguration(rules, 1000, 16, new AffineStepTime(0.001));
        InferenceRequest[] requests = Requests.Of([(0, 1, 5000), .. Enumerable.Repeat((0.0, 2000, 1), 10)]);

        TwinRun run = TwinRun.Of(configuration, requests);

        Assert.Equal(5.0, run.FinishedSeconds(0), 9);
    }

    [Fact]
    public void A_step_never_starts_before_the_one_before_has_ended()
    {
        // Steps of 1.5 ns; the next request is sent when the one before has ended, which is seen at the whole nanosecond before the end.
        var engine = new ReplicaEngine(new ReplicaId(0), EngineCase.Of(EngineCase.Rules(), stepTime: new ConstantStepTime(1.5e-9)));
        var ends = new List<long>();
        for (int i = 0; i < 6; i++)
        {
            var now = new Instant(i == 0 ? 0 : ends[^1]);
            engine.Submit(new InferenceRequest(new RequestId(i), now, 1, 1), LengthPrediction.None, 1, now);
            while (engine.Ended.IsEmpty)
            {
                engine.Wake(engine.NextWake);
            }

            ends.Add(engine.Ended[0].Timeline.Finished.Nanoseconds);
            engine.ClearEnded();
        }

        Assert.Equal([1, 3, 4, 6, 7, 9], ends);
    }
}

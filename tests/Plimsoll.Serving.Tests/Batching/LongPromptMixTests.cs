using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;
using Plimsoll.Serving.Tests.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Batching;

/// <summary>
/// Stall-free batching against prefill-first (serving-systems, D1): short and long prompts in equal numbers, Poisson arrivals, steps at
/// about an 8-billion-parameter model's speed. Directions must hold on four of five seeds.
/// </summary>
public class LongPromptMixTests
{
    private const double Constant = 0.0055;
    private const double PerPrefillToken = 2.2e-5;
    private const double PerSequence = 8e-6;
    private const double PerContextToken = 4.5e-8;
    private const int ShortestLongPrompt = 4000;
    private const int LongestContext = 8000 + 220;

    private static readonly ulong[] Seeds = [1, 2, 3, 4, 5];

    [Fact]
    public void Prefill_first_has_the_longer_tail_of_gaps_between_tokens()
    {
        int worse = Seeds.Count(seed =>
            Quantile(Run("vllm-v0", seed, requestsPerSecond: 3).Gaps, 0.99)
            > Quantile(Run("sarathi:budget=512", seed, requestsPerSecond: 3).Gaps, 0.99));

        Assert.InRange(worse, 4, 5);
    }

    [Fact]
    public void No_gap_is_longer_than_a_full_step_of_sarathi_but_prefill_first_waits_for_whole_long_prompts()
    {
        foreach (ulong seed in Seeds)
        {
            (_, List<double> stallFree, int decodes) = Run("sarathi:budget=512", seed, requestsPerSecond: 3);
            double fullStep = Constant + (PerPrefillToken * 512) + (decodes * (PerSequence + (PerContextToken * LongestContext)));
            Assert.InRange(stallFree.Max(), 0, fullStep);
            double longPrompt = Constant + (PerPrefillToken * ShortestLongPrompt);
            Assert.True(Run("vllm-v0", seed, requestsPerSecond: 3).Gaps.Max() > longPrompt);
            Assert.True(longPrompt > 2 * fullStep, $"the two bounds are {longPrompt} and {fullStep}");
        }
    }

    [Fact]
    public void Prefill_first_wins_the_median_time_to_first_token_at_low_load()
    {
        int better = Seeds.Count(seed =>
            Quantile(Run("vllm-v0", seed, requestsPerSecond: 1).Ttfts, 0.5)
            < Quantile(Run("sarathi:budget=512", seed, requestsPerSecond: 1).Ttfts, 0.5));

        Assert.InRange(better, 4, 5);
    }

    private static (List<double> Ttfts, List<double> Gaps, int MostDecodes) Run(string policy, ulong seed, double requestsPerSecond)
    {
        var stepTime = new AffineStepTime(Constant, PerPrefillToken, PerSequence, PerContextToken);
        var configuration = new ReplicaConfiguration(EngineCase.Policy(policy), 25_000, EngineCase.BlockTokens, stepTime);
        var twin = new TickingReplica(configuration);
        List<double> ttfts = [.. twin.Run(Mix(seed, requestsPerSecond)).Select(t => (t.FirstToken - t.Arrival).Seconds)];
        return (ttfts, GapsOf(twin), twin.Batches.Max(batch => batch.Count(row => row.Decodes)));
    }

    // Times between two tokens of a request: from the end of the batch with its row before to the end of the one with this row.
    private static List<double> GapsOf(TickingReplica twin)
    {
        var gaps = new List<double>();
        var last = new Dictionary<RequestId, Instant>();
        for (int i = 0; i < twin.Batches.Count; i++)
        {
            foreach (TickedRow row in twin.Batches[i])
            {
                if (row.Decodes)
                {
                    gaps.Add((twin.BatchEnds[i] - last[row.Request]).Seconds);
                }

                last[row.Request] = twin.BatchEnds[i];
            }
        }

        return gaps;
    }

    private static InferenceRequest[] Mix(ulong seed, double requestsPerSecond)
    {
        RandomStream dice = new RandomTree(seed).Stream("mix");
        var requests = new InferenceRequest[1000];
        double at = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            at -= Math.Log(dice.NextOpenUnit()) / requestsPerSecond;
            int prompt = dice.NextBelow(2) == 0 ? ShortestLongPrompt + (int)dice.NextBelow(4000) : 100 + (int)dice.NextBelow(900);
            requests[i] = new(new RequestId(i), Instant.FromSeconds(at), prompt, 20 + (int)dice.NextBelow(200));
        }

        return requests;
    }

    private static double Quantile(IEnumerable<double> values, double q)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)(q * (sorted.Length - 1))];
    }
}

using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;
using Plimsoll.Serving.Tests.Replica;

namespace Plimsoll.Serving.Tests.Batching;

/// <summary>
/// Stall-free batching against prefill-first (serving-systems, D1): a mix of short and long prompts, Poisson arrivals, a step of about
/// an 8-billion-parameter model's speed. Directions must hold on four of five seeds.
/// </summary>
public class LongPromptMixTests
{
    private static readonly ulong[] Seeds = [1, 2, 3, 4, 5];

    [Fact]
    public void Prefill_first_stalls_decodes_and_sarathi_does_not()
    {
        int worse = Seeds.Count(seed =>
        {
            double prefillFirst = Quantile(Tpots(Run("vllm-v0", seed, requestsPerSecond: 3)), 0.99);
            double stallFree = Quantile(Tpots(Run("sarathi:budget=512", seed, requestsPerSecond: 3)), 0.99);
            return prefillFirst > 1.2 * stallFree;
        });

        Assert.InRange(worse, 4, 5);
    }

    [Fact]
    public void Prefill_first_wins_the_median_time_to_first_token_at_low_load()
    {
        int better = Seeds.Count(seed =>
            Quantile(Ttfts(Run("vllm-v0", seed, requestsPerSecond: 1)), 0.5)
            < Quantile(Ttfts(Run("sarathi:budget=512", seed, requestsPerSecond: 1)), 0.5));

        Assert.InRange(better, 4, 5);
    }

    private static List<RequestTimeline> Run(string policy, ulong seed, double requestsPerSecond)
    {
        var stepTime = new AffineStepTime(0.0055, 2.2e-5, 8e-6, 4.5e-8);
        var configuration = new ReplicaConfiguration(EngineCase.Policy(policy), 25_000, EngineCase.BlockTokens, stepTime);
        var ended = new List<RequestTimeline>();
        LeapingReplica.Drive(configuration, Mix(seed, requestsPerSecond), ended);
        return ended;
    }

    private static InferenceRequest[] Mix(ulong seed, double requestsPerSecond)
    {
        RandomStream dice = new RandomTree(seed).Stream("mix");
        var requests = new InferenceRequest[1000];
        double at = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            at -= Math.Log(dice.NextOpenUnit()) / requestsPerSecond;
            int prompt = dice.NextBelow(4) == 0 ? 4000 + (int)dice.NextBelow(4000) : 100 + (int)dice.NextBelow(900);
            requests[i] = new(new RequestId(i), Instant.FromSeconds(at), prompt, 20 + (int)dice.NextBelow(200));
        }

        return requests;
    }

    private static IEnumerable<double> Tpots(List<RequestTimeline> timelines) =>
        timelines.Select(t => (t.Finished - t.FirstToken).Seconds / (t.OutputTokens - 1));

    private static IEnumerable<double> Ttfts(List<RequestTimeline> timelines) => timelines.Select(t => (t.FirstToken - t.Arrival).Seconds);

    private static double Quantile(IEnumerable<double> values, double q)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)(q * (sorted.Length - 1))];
    }
}

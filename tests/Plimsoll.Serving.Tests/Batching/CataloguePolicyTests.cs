using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Tests.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Batching;

/// <summary>What each batching policy of the catalogue promises, on every batch of random runs in which engine and twin agree.</summary>
public class CataloguePolicyTests
{
    private const ulong UsualCases = 250;

    [Fact]
    public void Sarathi_never_lifts_a_step_with_decodes_above_its_budget_and_never_skips_a_decode()
    {
        long preemptions = 0;
        int fullSteps = 0;
        foreach ((TwinRun run, BatchingRules rules, string name) in Runs((ref RandomStream dice) =>
            $"sarathi:budget={1 + dice.NextBelow(60)},sequences={1 + dice.NextBelow(20)}"))
        {
            foreach (TickedRow[] batch in run.Batches)
            {
                int decodes = batch.Count(row => row.Decodes);
                int tokens = batch.Sum(row => row.Tokens);
                Assert.True(tokens <= Math.Max(rules.TokenBudget, decodes), $"{name}: {tokens} tokens with {decodes} decodes");
                fullSteps += decodes > 0 && tokens == rules.TokenBudget ? 1 : 0;
            }

            AssertNoDecodeSkipped(run, name);
            Assert.True(run.Preemptions == 0 || run.Engine.PeakKvBlocks == run.Engine.KvBlocksTotal, $"{name}: memory was left");
            preemptions += run.Preemptions;
        }

        Assert.True(fullSteps > 1000, $"{fullSteps} full steps");
        Assert.True(preemptions > 100, $"{preemptions} preemptions");
    }

    [Fact]
    public void Vllm_v0_never_mixes_prompts_and_decodes()
    {
        int prompts = 0;
        foreach ((TwinRun run, BatchingRules rules, string name) in Runs((ref RandomStream dice) =>
            $"vllm-v0:budget={100 + dice.NextBelow(300)},sequences={1 + dice.NextBelow(20)}"))
        {
            foreach (TickedRow[] batch in run.Batches)
            {
                Assert.True(batch.All(row => row.Decodes == batch[0].Decodes), name);
                bool fits = batch[0].Decodes || batch.Length == 1 || batch.Sum(row => row.Tokens) <= rules.TokenBudget;
                Assert.True(fits, $"{name}: above its budget");
                prompts += batch[0].Decodes ? 0 : batch.Length;
            }
        }

        Assert.True(prompts > 1000, $"{prompts} prompts");
    }

    [Fact]
    public void Orca_reserves_everything_and_never_preempts()
    {
        int mixed = 0;
        foreach ((TwinRun run, _, string name) in Runs((ref RandomStream dice) => $"orca:batch={1 + dice.NextBelow(20)}"))
        {
            Assert.True(run.Preemptions == 0, name);
            AssertNoDecodeSkipped(run, name);
            mixed += run.Batches.Count(batch => batch.Any(row => row.Decodes) && batch.Any(row => !row.Decodes));
        }

        Assert.True(mixed > 1000, $"{mixed} mixed steps");
    }

    [Fact]
    public void Static_never_joins_a_running_batch_and_never_preempts()
    {
        int batches = 0;
        foreach ((TwinRun run, _, string name) in Runs((ref RandomStream dice) => $"static:batch={1 + dice.NextBelow(20)}"))
        {
            Assert.True(run.Preemptions == 0, name);
            var open = new Dictionary<RequestId, int>();
            foreach (TickedRow[] batch in run.Batches)
            {
                if (!batch[0].Decodes)
                {
                    Assert.True(open.Count == 0, $"{name}: {open.Count} were still running");
                    batches++;
                }

                // Each row but those of prompts in part, which this policy does not have, gives a token.
                foreach (TickedRow row in batch)
                {
                    Assert.True(row.Decodes || !open.ContainsKey(row.Request), name);
                    open[row.Request] = open.GetValueOrDefault(row.Request) + 1;
                    if (open[row.Request] == TokensOf(run.Timelines[(int)row.Request.Value]))
                    {
                        open.Remove(row.Request);
                    }
                }
            }

            Assert.Empty(open);
        }

        Assert.True(batches > 500, $"{batches} batches");
    }

    [Theory]
    [InlineData("vllm:version=0.12,budget=64,sequences=16")]
    [InlineData("vllm:version=0.18,budget=64,sequences=16")]
    [InlineData("vllm:version=0.19,budget=64,sequences=16")]
    [InlineData("vllm:version=0.19,budget=64,sequences=16,chunk=20,prefix-caching=false")]
    public void Vllm_keeps_its_budget_in_every_step(string policy)
    {
        foreach ((TwinRun run, BatchingRules rules, string name) in Runs((ref _) => policy, 60))
        {
            Assert.True(run.Batches.All(batch => batch.Sum(row => row.Tokens) <= rules.TokenBudget), name);
            Assert.True(run.Batches.All(batch => batch.Length <= rules.MaxSequences), name);
        }
    }

    private delegate string PolicyText(ref RandomStream dice);

    // A decode row follows a row of the same request in the batch before: nothing was left out between them.
    private static void AssertNoDecodeSkipped(TwinRun run, string name)
    {
        for (int i = 1; i < run.Batches.Count; i++)
        {
            HashSet<RequestId> before = [.. run.Batches[i - 1].Select(row => row.Request)];
            Assert.True(run.Batches[i].All(row => !row.Decodes || before.Contains(row.Request)), $"{name}: batch {i}");
        }
    }

    // One whose client hangs up before the first token still computes it.
    private static int TokensOf(in RequestTimeline timeline) => Math.Max(1, timeline.OutputTokens);

    private static IEnumerable<(TwinRun Run, BatchingRules Rules, string Name)> Runs(PolicyText policy, ulong usual = UsualCases)
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("policy");
            BatchingRules rules = EngineCase.Policy(policy(ref dice));
            var configuration = RandomCases.Configuration(ref dice, rules.Composition, rules.StepsInFlight) with { Rules = rules };
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            string name = $"seed {seed}";
            yield return (TwinRun.Of(configuration, requests, name: name), rules, name);
        }
    }
}

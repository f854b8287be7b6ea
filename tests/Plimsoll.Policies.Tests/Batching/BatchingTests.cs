using Plimsoll.Policies.Batching;

namespace Plimsoll.Policies.Tests.Batching;

/// <summary>The rules of each policy, field by field, and who wins when several say something.</summary>
public sealed class BatchingTests
{
    private static readonly EngineOverrides None = new();

    [Fact]
    public void Vllm_on_a_large_device() => Assert.Equal(
        new BatchingRules
        {
            MaxSequences = 1024,
            TokenBudget = 8192,
            ChunkTokens = 0,
            ChunkedPrefill = true,
            Composition = StepComposition.Mixed,
            Reservation = MemoryReservation.Chunk,
            FullSequenceGate = true,
            WatermarkFraction = 0,
            JoinsRunningBatch = true,
            PrefixCaching = true,
            GraphTokens = 512,
            StepsInFlight = 2,
        },
        Plan("vllm", None));

    [Theory]
    [InlineData(128, 8192, 256)]
    [InlineData(256, 2048, 512)]
    [InlineData(64, 100, 100)]
    public void Vllm_captures_graphs_for_twice_the_sequences_up_to_512_and_the_budget(int sequences, int budget, int tokens) =>
        Assert.Equal(tokens, Plan("vllm", new EngineOverrides { MaxSequences = sequences, TokenBudget = budget }).GraphTokens);

    [Fact]
    public void Vllm_on_a_smaller_device()
    {
        BatchingRules rules = Plan("vllm", new EngineOverrides { LargeDevice = false });

        Assert.Equal((2048, 256), (rules.TokenBudget, rules.MaxSequences));
    }

    [Theory]
    [InlineData("0.9", 1, false)] // composes one step at a time
    [InlineData("0.13", 1, false)] // opt-in still
    [InlineData("0.14", 2, false)] // asynchronous from here on
    [InlineData("0.18", 2, false)]
    [InlineData("0.19", 2, true)] // the gate from here on
    [InlineData("0.19.1", 2, true)]
    [InlineData("0.21", 2, true)] // later releases are like 0.19
    public void Vllm_by_release(string version, int stepsInFlight, bool gate)
    {
        BatchingRules rules = Plan($"vllm:version={version}", None);

        Assert.Equal((stepsInFlight, gate), (rules.StepsInFlight, rules.FullSequenceGate));
    }

    [Fact]
    public void Vllm_never_has_more_sequences_than_tokens_in_its_budget() =>
        Assert.Equal(512, Plan("vllm:budget=512", None).MaxSequences);

    [Fact]
    public void Vllm_takes_what_its_options_say()
    {
        BatchingRules rules = Plan("vllm:budget=4096,sequences=64,chunk=256,async=false,prefix-caching=false", None);

        Assert.Equal(
            (4096, 64, 256, 1, false),
            (rules.TokenBudget, rules.MaxSequences, rules.ChunkTokens, rules.StepsInFlight, rules.PrefixCaching));
    }

    [Fact]
    public void Vllm_v0_runs_whole_prompts_first() => Assert.Equal(
        new BatchingRules
        {
            MaxSequences = 256,
            TokenBudget = 8192,
            ChunkedPrefill = false,
            Composition = StepComposition.PrefillOnly,
            Reservation = MemoryReservation.Prompt,
            WatermarkFraction = 0.01,
            StepsInFlight = 1,
        },
        Plan("vllm-v0", None));

    [Fact]
    public void Static_serves_a_batch_to_its_end() => Assert.Equal(
        new BatchingRules
        {
            MaxSequences = 32,
            TokenBudget = int.MaxValue,
            ChunkedPrefill = false,
            Composition = StepComposition.PrefillOnly,
            Reservation = MemoryReservation.PromptAndOutput,
            JoinsRunningBatch = false,
            StepsInFlight = 1,
        },
        Plan("static", None));

    [Fact]
    public void Orca_lets_requests_join_at_every_step() => Assert.Equal(
        new BatchingRules
        {
            MaxSequences = 16,
            TokenBudget = int.MaxValue,
            ChunkedPrefill = false,
            Composition = StepComposition.Mixed,
            Reservation = MemoryReservation.PromptAndOutput,
            StepsInFlight = 1,
        },
        Plan("orca", None));

    [Fact]
    public void Sarathi_fills_small_steps_with_chunks() => Assert.Equal(
        new BatchingRules
        {
            MaxSequences = 128,
            TokenBudget = 512,
            ChunkedPrefill = true,
            Composition = StepComposition.DecodeFirst,
            Reservation = MemoryReservation.Prompt,
            WatermarkFraction = 0.01,
            StepsInFlight = 1,
        },
        Plan("sarathi", None));

    [Theory]
    [InlineData("static:batch=7", 7)]
    [InlineData("orca:batch=8", 8)]
    [InlineData("sarathi:sequences=9", 9)]
    [InlineData("vllm-v0:sequences=10", 10)]
    public void Options_set_the_batch(string policy, int sequences) => Assert.Equal(sequences, Plan(policy, None).MaxSequences);

    [Fact]
    public void Chunks_mean_nothing_where_prompts_are_whole() =>
        Assert.Equal(0, Plan("orca", new EngineOverrides { ChunkTokens = 128 }).ChunkTokens);

    private static BatchingRules Plan(string policy, EngineOverrides overrides)
    {
        PolicyChoice<IBatchingPolicy>? choice = PolicyCatalog.Batching.Parse(policy, out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        return choice!.Create().Plan(overrides);
    }
}

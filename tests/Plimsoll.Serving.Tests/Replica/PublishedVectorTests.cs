using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>
/// The acceptance vectors of vllm-v1-engine, section 13, rows 1 to 12, by number. Engine and twin must agree on every one.
/// </summary>
public class PublishedVectorTests
{

    [Theory]
    [InlineData("vllm:priority=true,sequences=2,async=false")]
    [InlineData("vllm:priority=true,sequences=2")]
    public void Row_12_an_urgent_request_waits_for_a_slot_and_is_first_when_one_is_free(string policy)
    {
        InferenceRequest[] requests =
        [
            Urgent(0, 0, outputTokens: 10, priority: 5),
            Urgent(1, 0, outputTokens: 20, priority: 5),
            Urgent(2, 1, outputTokens: 5, priority: 5),
            Urgent(3, 2, outputTokens: 5, priority: 0),
        ];

        TwinRun run = TwinRun.Of(EngineCase.Of(EngineCase.Policy(policy)), requests);

        Assert.Equal(0, run.Preemptions);
        Assert.True(run.ScheduledSeconds(3) >= run.FinishedSeconds(0) - 1, "nobody makes way for it");
        Assert.True(run.ScheduledSeconds(3) < run.ScheduledSeconds(2), "it goes before who came earlier");
    }

    [Fact]
    public void The_largest_priority_and_arrival_gives_way_though_it_was_admitted_first()
    {
        // Twelve blocks: 0 is admitted first and is least urgent, so it gives way when 1 needs a block.
        InferenceRequest[] requests =
        [
            Urgent(0, 0, promptTokens: 90, outputTokens: 60, priority: 9),
            Urgent(1, 1, promptTokens: 64, outputTokens: 60, priority: 1),
        ];
        BatchingRules rules = EngineCase.Policy("vllm:priority=true,async=false,prefix-caching=false");

        TwinRun run = TwinRun.Of(EngineCase.Of(rules, kvBlocks: 12), requests);

        Assert.Equal(0, run.Timelines[1].Preemptions);
        Assert.True(run.Timelines[0].Preemptions > 0);
    }

    private static InferenceRequest Urgent(long id, double arrivalSeconds, int outputTokens, int priority, int promptTokens = 16) =>
        new(new RequestId(id), Instant.FromSeconds(arrivalSeconds), promptTokens, outputTokens, new RequestDetails { Priority = priority });

    private const double Second = 1.0;

    [Fact]
    public void Vector_1_a_prompt_cached_to_its_last_block_computes_that_block_again()
    {
        TwinRun run = TwinRun.Of(
            EngineCase.Of(EngineCase.Rules() with { PrefixCaching = true }),
            [EngineCase.Sharing(0, 0, 64, 1), EngineCase.Sharing(1, 10, 64, 1)]);

        Assert.Equal(48, run.Timelines[1].CachedTokens);
        Assert.Equal("64 / 16", run.BatchText);
        Assert.Equal(64 + 16, run.Engine.Statistics.PrefillTokens);
        Assert.Equal(48, run.Engine.Statistics.PrefixHitTokens);
        Assert.Equal(64 + 64, run.Engine.Statistics.PrefixLookupTokens);
    }

    [Fact]
    public void Vector_2_one_missing_token_runs_as_a_decode()
    {
        // The second costs a constant, a row and 65 context tokens; as a prefill it would cost a thousand seconds for its token.
        var stepTime = new AffineStepTime(1, secondsPerPrefillToken: 900, secondsPerSequence: 10, secondsPerContextToken: 0.1);
        TwinRun run = TwinRun.Of(
            EngineCase.Of(EngineCase.Rules() with { PrefixCaching = true }, stepTime: stepTime),
            [EngineCase.Sharing(0, 0, 64, 1), EngineCase.Sharing(1, 100_000, 65, 1)]);

        Assert.Equal(64, run.Timelines[1].CachedTokens);
        Assert.Equal("64 / 1", run.BatchText);
        Assert.Equal(100_000 + 1 + 10 + 6.5, run.FirstTokenSeconds(1), 9);
    }

    [Fact]
    public void Vector_3_three_blocks_of_49_computed_tokens_can_be_found_again()
    {
        // A takes a block when it computes its 17th token, in step 11, when B has computed 40 + 9 tokens and gives its memory back.
        // B comes back when A has ended, as a prompt of 50 tokens of which 48 are still there.
        TwinRun run = TwinRun.Of(
            EngineCase.Of(EngineCase.Rules() with { PrefixCaching = true, FullSequenceGate = true }, kvBlocks: 5),
            Requests.Of((0, 7, 12), (0, 40, 20)));

        Assert.Equal(
            "7+40 / 1+1 / 1+1 / 1+1 / 1+1 / 1+1 / 1+1 / 1+1 / 1+1 / 1+1 / 1 / 1 / 2 / 1 / 1 / 1 / 1 / 1 / 1 / 1 / 1 / 1",
            run.BatchText);
        Assert.Equal(1, run.Timelines[1].Preemptions);
        Assert.Equal(12 * Second, run.FinishedSeconds(0));
        Assert.Equal(22 * Second, run.FinishedSeconds(1));
        Assert.Equal(7 + 40 + 2, run.Engine.Statistics.PrefillTokens);
        Assert.Equal(11 + 18, run.Engine.Statistics.DecodeRows);
    }

    [Fact]
    public void Vector_5_the_newest_gives_way_and_nobody_is_admitted_in_that_pass()
    {
        // With chunks of a block and no gate, one free block would be enough for C to come back at once: only the rule keeps it out.
        BatchingRules rules = EngineCase.Rules() with { MaxSequences = 3, ChunkTokens = 16 };
        TwinRun run = TwinRun.Of(EngineCase.Of(rules, kvBlocks: 4), Requests.Of((0, 15, 4), (0, 10, 6), (0, 20, 3), (0, 1, 1)));

        // C loses its two blocks in step 3; it stands before D, which would also fit, and comes back in step 4.
        Assert.Equal("15+10+16 / 1+1+4 / 1+1 / 1+1+16 / 1+5+1 / 1+1", run.BatchText);
        Assert.Equal([0, 0, 1, 0], run.Timelines.Select(t => t.Preemptions));
        Assert.Equal([4, 6, 6, 5], run.Timelines.Select(t => t.Finished.Seconds));
        Assert.Equal(2 * Second, run.FirstTokenSeconds(2));
        Assert.Equal(4 * Second, run.ScheduledSeconds(3));
    }

    [Fact]
    public void Vector_6_the_newest_that_needs_a_block_gives_way_itself()
    {
        TwinRun run = TwinRun.Of(EngineCase.Of(EngineCase.Rules(), kvBlocks: 3), Requests.Of((0, 10, 4), (0, 10, 3), (0, 16, 3)));

        Assert.Equal("10+10+16 / 1+1 / 1+1 / 1+17 / 1", run.BatchText);
        Assert.Equal([0, 0, 1], run.Timelines.Select(t => t.Preemptions));
        Assert.Equal([4, 3, 5], run.Timelines.Select(t => t.Finished.Seconds));
    }

    [Fact]
    public void Vector_7_a_head_that_lacks_one_block_holds_up_everybody_behind_it()
    {
        BatchingRules rules = EngineCase.Policy("vllm:version=0.19,async=false,budget=2048");
        TwinRun run = TwinRun.Of(EngineCase.Of(rules, kvBlocks: 100), Requests.Of((0, 10, 4), (0.5, 1600, 1), (0.5, 16, 1)));

        Assert.Equal("10 / 1 / 1 / 1 / 1600 / 16", run.BatchText);
        Assert.Equal(4 * Second, run.ScheduledSeconds(1));
        Assert.Equal(5 * Second, run.ScheduledSeconds(2));
    }

    [Theory]
    [InlineData("0.18", 1)]
    [InlineData("0.19", 2)]
    public void Vectors_8_and_9_a_chunk_is_enough_before_0_19_and_the_whole_prompt_must_fit_since(string version, double scheduledSeconds)
    {
        // R holds 128 of 256 blocks until 2 s. At 1 s its last row is in flight, so that the whole budget is left.
        BatchingRules rules = EngineCase.Policy($"vllm:version={version},budget=2048,prefix-caching=false");
        TwinRun run = TwinRun.Of(EngineCase.Of(rules, kvBlocks: 256), Requests.Of((0, 2040, 2), (0.5, 4096, 1)));

        Assert.Equal("2040 / 1 / 2048 / 2048", run.BatchText);
        Assert.Equal(scheduledSeconds, run.ScheduledSeconds(1));
        Assert.Equal(4 * Second, run.FirstTokenSeconds(1));
    }

    [Fact]
    public void Vector_10_a_limit_for_each_prompt_shares_the_budget()
    {
        BatchingRules rules = EngineCase.Rules() with { ChunkTokens = 512 };
        TwinRun run = TwinRun.Of(EngineCase.Of(rules), Requests.Of((0, 1000, 1), (0, 1000, 1), (0, 1000, 1), (0, 1000, 1)));

        Assert.Equal("512+512+512+512 / 488+488+488+488", run.BatchText);
        Assert.All(run.Timelines, t => Assert.Equal(2 * Second, t.FirstToken.Seconds));
    }

    [Fact]
    public void Vector_11_a_whole_prompt_that_does_not_fit_the_step_holds_up_everybody_behind_it()
    {
        BatchingRules rules = EngineCase.Rules() with { TokenBudget = 1000, ChunkedPrefill = false };
        TwinRun run = TwinRun.Of(EngineCase.Of(rules), Requests.Of((0, 500, 1), (0, 600, 1), (0, 100, 1)));

        Assert.Equal("500 / 600+100", run.BatchText);
        Assert.Equal([0, 1, 1], run.Timelines.Select(t => t.Scheduled.Seconds));
    }
}

using Plimsoll.Core;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>The four cases of vllm-v1-engine, section 5: the next batch is composed while one runs. A step takes a second.</summary>
public class OverlapVectorTests
{
    private const int Sync = 1;
    private const int Async = 2;

    [Theory]
    [InlineData(Sync, 2)]
    [InlineData(Async, 3)]
    public void An_arrival_starts_one_step_later_when_overlapped(int stepsInFlight, double firstTokenSeconds)
    {
        TwinRun run = TwinRun.Of(EngineCase.Of(EngineCase.Rules(stepsInFlight)), Requests.Of((0, 5, 9), (0.5, 5, 2)));

        Assert.Equal(firstTokenSeconds, run.FirstTokenSeconds(1));
        Assert.Equal(firstTokenSeconds + 1, run.FinishedSeconds(1));
        Assert.Equal(9, run.FinishedSeconds(0));
    }

    [Theory]
    [InlineData(Sync)]
    [InlineData(Async)]
    public void A_long_and_a_short_prompt_at_once_run_the_same_four_steps(int stepsInFlight)
    {
        TwinRun run = TwinRun.Of(EngineCase.Of(EngineCase.Rules(stepsInFlight)), Requests.Of((0, 3000, 3), (0, 100, 2)));

        Assert.Equal("2048 / 952+100 / 1+1 / 1", run.BatchText);
        Assert.Equal([4.0, 3.0], run.Timelines.Select(t => t.Finished.Seconds));
    }

    [Theory]
    [InlineData(Sync, 5)]
    [InlineData(Async, 6)]
    public void A_freed_slot_is_filled_one_step_later_when_overlapped(int stepsInFlight, int prefillStep)
    {
        // A's last token is in step 4; B waits for its slot.
        TwinRun run = TwinRun.Of(
            EngineCase.Of(EngineCase.Rules(stepsInFlight) with { MaxSequences = 2 }),
            Requests.Of((0, 5, 4), (0, 5, 20), (0, 7, 2)));

        Assert.Equal(4.0, run.FinishedSeconds(0));
        int step = run.Batches.Index().First(batch => batch.Item.Any(row => row.Request == new RequestId(2))).Index + 1;
        Assert.Equal(prefillStep, step);
        Assert.Equal((double)prefillStep, run.FirstTokenSeconds(2));
    }

    [Theory]
    [InlineData(Sync, 0)]
    [InlineData(Async, 1)]
    public void A_stop_token_is_learnt_one_row_too_late_when_overlapped(int stepsInFlight, int rowsInVain)
    {
        var stops = new RequestDetails { MaxOutputTokens = 100 };
        InferenceRequest[] requests = [new(new RequestId(0), Instant.Zero, 5, 3, stops), new(new RequestId(1), Instant.Zero, 5, 10)];
        TwinRun run = TwinRun.Of(EngineCase.Of(EngineCase.Rules(stepsInFlight)), requests);

        Assert.Equal(3.0, run.FinishedSeconds(0));
        Assert.Equal(rowsInVain, run.Batches.Skip(3).Sum(batch => batch.Count(row => row.Request == new RequestId(0))));
        Assert.Equal(2 + 9 + rowsInVain, run.Engine.Statistics.DecodeRows);
    }
}

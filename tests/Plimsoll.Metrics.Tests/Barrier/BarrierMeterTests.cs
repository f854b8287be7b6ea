using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Metrics.Tests.Barrier;

public sealed class BarrierMeterTests
{
    /// <summary>Scheduling theory, section 3.5.</summary>
    [Theory]
    [InlineData(new long[] { 125, 120, 110 }, 20)]
    [InlineData(new long[] { 110, 115, 110 }, 10)]
    [InlineData(new long[] { 100, 90, 70, 60 }, 80)]
    [InlineData(new long[] { 7 }, 0)]
    [InlineData(new long[] { 0, 0 }, 0)]
    public void Imbalance_is_what_every_worker_falls_short_of_the_greatest(long[] loads, double imbalance)
    {
        BarrierMeter meter = new(loads.Length);
        meter.Step(Step(loads, 1_000, 3, followsAssignment: true, joules: 1));

        Assert.Equal(imbalance, meter.Whole.MeanImbalanceTokens);
        Assert.Equal(loads.Max() == 0 ? 0 : imbalance / (loads.Length * loads.Max()), meter.Whole.IdleFraction);
    }

    [Fact]
    public void Means_over_steps_and_over_time_differ_and_the_emptying_counts_only_for_the_whole()
    {
        BarrierMeter meter = new(2);
        meter.Step(Step([10, 10], 1_000_000_000_000, 4, followsAssignment: true, joules: 5));
        meter.Empty(2_000_000_000_000, joules: 1);
        meter.Step(Step([10, 0], 3_000_000_000_000, 2, followsAssignment: true, joules: 6, waitingPicoseconds: 2_000_000_000_000));
        meter.Step(Step([10, 5], 4_000_000_000_000, 1, followsAssignment: false, joules: 7, waitingPicoseconds: 2_000_000_000_000));

        BarrierTotals filled = meter.UntilLastAssignment;
        Assert.Equal((2, 4.0, 6.0, 6, 12.0), (filled.Steps, filled.StepSeconds, filled.Seconds, filled.OutputTokens, filled.Joules));
        Assert.Equal((5, 7.5), (filled.MeanImbalanceTokens, filled.TimeWeightedImbalanceTokens));
        Assert.Equal((0.25, 0.375), (filled.IdleFraction, filled.TimeWeightedIdleFraction));
        Assert.Equal((0.25, 0.25), (filled.WaitingFraction, meter.Whole.WaitingFraction));
        Assert.Equal((1.5, 2.0), (filled.OutputTokensPerSecond, filled.JoulesPerOutputToken));
        BarrierTotals whole = meter.Whole;
        Assert.Equal((3, 8.0, 19.0), (whole.Steps, whole.StepSeconds, whole.Joules));
        Assert.Equal(5, whole.MeanImbalanceTokens);
        Assert.Equal((4.0 * 1) + (2 * 3) + (1 * 4), whole.RequestSeconds);
    }

    [Fact]
    public void Groups_are_summed_step_by_step_and_their_rates_added()
    {
        BarrierMeter[] groups = [new(2), new(2), new(2)];
        groups[0].Step(Step([10, 10], 1_000_000_000_000, 4, followsAssignment: true, joules: 5));
        groups[1].Step(Step([10, 0], 3_000_000_000_000, 6, followsAssignment: true, joules: 6, waitingPicoseconds: 3_000_000_000_000));
        groups[1].Ended(new RequestTimeline { Finished = new(3_000_000_000), OutputTokens = 3 });

        var summary = BarrierSummary.Of(groups);

        Assert.Equal((2, 5, 0.25), (summary.Steps, summary.Imbalance, summary.IdleFraction));
        Assert.Equal((4.0 / 3, 6, 1.1), (summary.Seconds, summary.OutputTokensPerSecond, summary.JoulesPerOutputToken));
        Assert.Equal((0.375, 1, 11), (summary.WaitingFraction, summary.SecondsPerOutputToken, summary.Joules));
    }

    [Fact]
    public void Time_per_output_token_counts_the_first_token()
    {
        BarrierMeter meter = new(1);
        meter.Ended(new RequestTimeline { Scheduled = new Instant(1_000_000_000), Finished = new(3_000_000_000), OutputTokens = 4 });
        meter.Ended(new RequestTimeline { Scheduled = new Instant(0), Finished = new Instant(1_500_000_000), OutputTokens = 1 });

        Assert.Equal(1, meter.MeanSecondsPerOutputToken);
    }

    private static BarrierStep Step(
        long[] loads, long picoseconds, long outputTokens, bool followsAssignment, double joules, long waitingPicoseconds = 0) => new()
        {
            LoadTokens = loads,
            Picoseconds = picoseconds,
            WaitingPicoseconds = waitingPicoseconds,
            Requests = outputTokens,
            OutputTokens = outputTokens,
            FollowsAssignment = followsAssignment,
            Joules = joules,
        };
}

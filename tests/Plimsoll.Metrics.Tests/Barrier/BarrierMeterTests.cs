using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;

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
        meter.Step(loads, 1_000, 3, followsAssignment: true, joules: 1);

        Assert.Equal(imbalance, meter.Whole.MeanImbalanceTokens);
        Assert.Equal(loads.Max() == 0 ? 0 : imbalance / (loads.Length * loads.Max()), meter.Whole.IdleFraction);
    }

    [Fact]
    public void Means_over_steps_and_over_time_differ_and_the_emptying_counts_only_for_the_whole()
    {
        BarrierMeter meter = new(2);
        meter.Step([10, 10], 1_000_000_000_000, 4, followsAssignment: true, joules: 5);
        meter.Empty(Duration.FromSeconds(2), joules: 1);
        meter.Step([10, 0], 3_000_000_000_000, 2, followsAssignment: true, joules: 6);
        meter.Step([10, 5], 4_000_000_000_000, 1, followsAssignment: false, joules: 7);

        BarrierTotals filled = meter.UntilLastAssignment;
        Assert.Equal((2, 4.0, 6.0, 6, 12.0), (filled.Steps, filled.StepSeconds, filled.Seconds, filled.OutputTokens, filled.Joules));
        Assert.Equal((5, 7.5), (filled.MeanImbalanceTokens, filled.TimeWeightedImbalanceTokens));
        Assert.Equal((0.25, 0.375), (filled.IdleFraction, filled.TimeWeightedIdleFraction));
        Assert.Equal((1.5, 2.0), (filled.OutputTokensPerSecond, filled.JoulesPerOutputToken));
        BarrierTotals whole = meter.Whole;
        Assert.Equal((3, 8.0, 19.0), (whole.Steps, whole.StepSeconds, whole.Joules));
        Assert.Equal(5, whole.MeanImbalanceTokens);
        Assert.Equal((4.0 * 1) + (2 * 3) + (1 * 4), whole.RequestSeconds);
    }

    [Fact]
    public void Time_per_output_token_counts_the_first_token()
    {
        BarrierMeter meter = new(1);
        meter.Ended(new RequestTimeline { Scheduled = new Instant(1_000_000_000), Finished = new(3_000_000_000), OutputTokens = 4 });
        meter.Ended(new RequestTimeline { Scheduled = new Instant(0), Finished = new Instant(1_500_000_000), OutputTokens = 1 });

        Assert.Equal(1, meter.MeanSecondsPerOutputToken);
    }
}

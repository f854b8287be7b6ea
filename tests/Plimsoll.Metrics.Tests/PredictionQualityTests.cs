using Plimsoll.Core;

namespace Plimsoll.Metrics.Tests;

public sealed class PredictionQualityTests
{
    [Fact]
    public void Every_mean_is_over_the_requests_that_had_something_to_judge()
    {
        PredictionQuality quality = new(classThresholdTokens: 10);
        quality.Record(new LengthPrediction(8, 5, 15), 10); // inside, short and believed short
        quality.Record(new LengthPrediction(10, 1, 21), 40); // above, long and believed short
        quality.Record(new LengthPrediction(20, 0, 0), 16); // no interval, long and believed long
        quality.Record(new LengthPrediction(0, 11, 0), 10); // no point, below a bound
        quality.Record(new LengthPrediction(0, 0, 10), 10); // no point, just within a bound
        quality.Record(LengthPrediction.None, 1);

        Assert.Equal(
            (6, 3, 4, 2, 3),
            (quality.Requests, quality.Points, quality.Intervals, quality.BoundedIntervals, quality.Classes));
        Assert.Equal(2.0 / 4, quality.Coverage);
        Assert.Equal((10 + 20) / 2.0, quality.MeanWidthTokens);
        Assert.Equal((1.0 + 0.5) / 2, quality.MeanRelativeWidth);
        Assert.Equal((2 + 30 + 4) / 3.0, quality.MeanAbsoluteErrorTokens);
        Assert.Equal((0.2 + 0.75 + 0.25) / 3, quality.MeanRelativeError, 1e-15);
        Assert.Equal(2.0 / 3, quality.ClassAccuracy);
    }

    [Fact]
    public void The_ends_of_an_interval_belong_to_it()
    {
        PredictionQuality quality = new();
        quality.Record(new LengthPrediction(0, 5, 7), 5);
        quality.Record(new LengthPrediction(0, 5, 7), 7);
        Assert.Equal(1, quality.Coverage);
        quality.Record(new LengthPrediction(0, 5, 7), 4);
        quality.Record(new LengthPrediction(0, 5, 7), 8);
        Assert.Equal(0.5, quality.Coverage);
    }

    [Fact]
    public void Exact_predictions_have_no_error_and_no_width()
    {
        PredictionQuality quality = new(classThresholdTokens: 50);
        for (int length = 1; length <= 100; length++)
        {
            quality.Record(LengthPrediction.Exact(length), length);
        }

        Assert.Equal((1, 1), (quality.Coverage, quality.ClassAccuracy));
        Assert.Equal((0, 0), (quality.MeanWidthTokens, quality.MeanRelativeWidth));
        Assert.Equal((0, 0), (quality.MeanAbsoluteErrorTokens, quality.MeanRelativeError));
    }

    [Fact]
    public void Without_a_threshold_there_are_no_classes()
    {
        PredictionQuality quality = new();
        quality.Record(LengthPrediction.Exact(5), 5);
        Assert.Equal(0, quality.Classes);
        Assert.Equal(double.NaN, quality.ClassAccuracy);
    }

    [Fact]
    public void What_was_never_believed_has_no_quality()
    {
        PredictionQuality quality = new(classThresholdTokens: 50);
        quality.Record(LengthPrediction.None, 5);
        Assert.Equal(1, quality.Requests);
        Assert.All(
            [
                quality.Coverage, quality.MeanWidthTokens, quality.MeanRelativeWidth,
                quality.MeanAbsoluteErrorTokens, quality.MeanRelativeError, quality.ClassAccuracy,
            ],
            value => Assert.Equal(double.NaN, value));
    }

    [Fact]
    public void The_greatest_lengths_do_not_overflow()
    {
        PredictionQuality quality = new();
        for (int i = 0; i < 10; i++)
        {
            quality.Record(new LengthPrediction(1, 1, int.MaxValue), int.MaxValue);
        }

        Assert.Equal(int.MaxValue - 1, quality.MeanAbsoluteErrorTokens);
        Assert.Equal(int.MaxValue - 1, quality.MeanWidthTokens);
    }

    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            RandomStream dice = new(seed);
            PredictionQuality whole = new(20);
            PredictionQuality[] parts = [new(20), new(20), new(20)];
            for (int i = 0; i < 100; i++)
            {
                int lower = (int)dice.NextBelow(30);
                int upper = (int)dice.NextBelow(3) == 0 ? 0 : lower + (int)dice.NextBelow(30);
                LengthPrediction prediction = new((int)dice.NextBelow(40), lower, upper);
                int length = 1 << (int)dice.NextBelow(6); // so that the sums of fractions are exact in any order
                whole.Record(prediction, length);
                parts[dice.NextBelow(3)].Record(prediction, length);
            }

            parts[0].Merge(parts[1]);
            parts[0].Merge(parts[2]);
            Assert.True(Numbers(whole).SequenceEqual(Numbers(parts[0])), $"seed {seed}");
        }
    }

    [Fact]
    public void Different_classes_do_not_add_up() =>
        Assert.Throws<InvariantBrokenException>(() => new PredictionQuality(1).Merge(new PredictionQuality(2)));

    [Fact]
    public void A_finished_request_has_a_length() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PredictionQuality().Record(LengthPrediction.None, 0));

    private static double[] Numbers(PredictionQuality quality) =>
    [
        quality.Requests, quality.Points, quality.Intervals, quality.BoundedIntervals, quality.Classes, quality.Coverage,
        quality.MeanWidthTokens, quality.MeanRelativeWidth, quality.MeanAbsoluteErrorTokens, quality.MeanRelativeError,
        quality.ClassAccuracy,
    ];
}

using Plimsoll.Core;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Policies.Tests.Prediction;

/// <summary>Predictions without dice, by hand.</summary>
public sealed class DefinitionTests
{
    [Theory]
    [InlineData("none", 7, 0, 0, 0)]
    [InlineData("exact", 7, 7, 7, 7)]
    [InlineData("interval:0", 7, 7, 7, 7)]
    [InlineData("interval:0.1", 10, 10, 9, 11)]
    [InlineData("interval:0.1", 11, 11, 9, 13)] // 9.9 and 12.1
    [InlineData("interval:0.1", 100, 100, 90, 110)]
    [InlineData("interval:0.5", 3, 3, 1, 5)] // 1.5 and 4.5
    [InlineData("interval:0.95", 20, 20, 1, 39)]
    [InlineData("interval:0.95", 21, 21, 1, 41)] // 1.05 and 40.95
    [InlineData("interval:0.99", 100, 100, 1, 199)]
    [InlineData("interval:0.99", 1, 2, 1, 2)] // 0.01 and 1.99: no request has no token
    [InlineData("interval:0.9", int.MaxValue, 1181116006, 214748364, int.MaxValue)]
    [InlineData("fixed:1:1000", 5, 501, 1, 1000)]
    [InlineData("fixed:1:1000", 5000, 501, 1, 1000)]
    [InlineData("fixed:4:8", 1, 6, 4, 8)]
    [InlineData("buckets:100", 1, 51, 1, 100)]
    [InlineData("buckets:100", 100, 51, 1, 100)]
    [InlineData("buckets:100", 101, 151, 101, 200)]
    [InlineData("buckets:1", 7, 7, 7, 7)]
    [InlineData("buckets:1000000000", int.MaxValue, 2073741824, 2000000001, int.MaxValue)]
    [InlineData("class:100", 1, 50, 1, 100)]
    [InlineData("class:100", 100, 50, 1, 100)]
    [InlineData("class:100", 101, 200, 101, 0)]
    [InlineData("class:1", 1, 1, 1, 1)]
    [InlineData("class:1", 2, 2, 2, 0)]
    [InlineData("noisy:0", 7, 7, 0, 0)]
    [InlineData("noisy:uniform:0", 7, 7, 0, 0)]
    [InlineData("learned", 7, 256, 1, 4096)]
    public void A_prediction_is_as_defined(string text, int output, int point, int lower, int upper) =>
        Assert.Equal(new LengthPrediction(point, lower, upper), Predictors.Predict(text, output));

    [Theory]
    [InlineData(10, 20, 15)]
    [InlineData(10, 21, 16)]
    [InlineData(null, 20, 0)]
    [InlineData(10, null, 0)]
    [InlineData(null, null, 0)]
    public void A_recorded_prediction_believes_nothing_that_is_absent(int? lower, int? upper, int point) => Assert.Equal(
        new LengthPrediction(point, lower ?? 0, upper ?? 0),
        Predictors.Predict("recorded", 99, new RequestDetails { OutputLower = lower, OutputUpper = upper }));

    [Fact]
    public void A_recorded_prediction_of_a_request_without_details_is_none() =>
        Assert.Equal(LengthPrediction.None, Predictors.Predict("recorded", 99));

    [Theory]
    [InlineData("exact")]
    [InlineData("interval:0.3")]
    [InlineData("buckets:17")]
    [InlineData("class:40")]
    public void An_oracle_always_covers_the_truth(string text)
    {
        ILengthPredictor predictor = Predictors.Of(text);
        for (int output = 1; output <= 3000; output++)
        {
            LengthPrediction prediction = predictor.Predict(Predictors.Request(output, output));
            Assert.InRange(output, prediction.Lower, prediction.Upper == 0 ? int.MaxValue : prediction.Upper);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("exact")]
    [InlineData("noisy:1")]
    [InlineData("noisy:uniform:0.5")]
    [InlineData("interval:0.3")]
    [InlineData("fixed:1:9")]
    [InlineData("buckets:17")]
    [InlineData("class:40")]
    [InlineData("recorded")]
    public void What_finishes_teaches_nothing_to_those_that_do_not_learn(string text)
    {
        ILengthPredictor predictor = Predictors.Of(text);
        InferenceRequest request = Predictors.Request(3, 50);
        LengthPrediction before = predictor.Predict(request);
        for (int i = 0; i < 300; i++)
        {
            predictor.Learn(Predictors.Request(i, 1), 1);
        }

        Assert.Equal(before, predictor.Predict(request));
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("noisy:1")]
    [InlineData("noisy:uniform:0.5")]
    [InlineData("interval:0.3")]
    [InlineData("fixed:1:9")]
    [InlineData("buckets:17")]
    [InlineData("class:40")]
    [InlineData("recorded")]
    [InlineData("learned")]
    public void A_prediction_allocates_nothing(string text)
    {
        ILengthPredictor predictor = Predictors.Of(text);
        InferenceRequest request = Predictors.Request(3, 50, details: new RequestDetails { Client = "a", OutputLower = 1 });
        Allocations.Expect(0, () => predictor.Predict(request));
    }
}

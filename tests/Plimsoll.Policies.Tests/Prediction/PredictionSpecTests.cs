using Plimsoll.Core;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Policies.Tests.Prediction;

public sealed class PredictionSpecTests
{
    private const Signals Interval = Signals.PredictedLength | Signals.LengthInterval;

    public static TheoryData<string, Signals, bool> Examples => new()
    {
        { "none", Signals.None, false },
        { "exact", Interval | Signals.LengthClass, true },
        { "noisy:0.5", Signals.PredictedLength, true },
        { "noisy:uniform:0.8", Signals.PredictedLength, true },
        { "interval:0.95", Interval, true },
        { "fixed:1:1000", Interval, false },
        { "buckets:100", Interval, true },
        { "class:128", Signals.LengthClass | Signals.PredictedLength, true },
        { "recorded", Interval, false },
        { "learned:0.95", Interval, false },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_form_says_what_it_gives_and_what_it_looks_at(string text, Signals provides, bool seesTrueLength)
    {
        PredictionSpec spec = Predictors.Spec(text);

        Assert.Equal(provides, spec.Provides);
        Assert.Equal(provides, spec.Create(default).Provides);
        Assert.Equal(seesTrueLength, spec.SeesTrueLength);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_form_that_does_not_look_at_the_true_length_does_not_depend_on_it(string text, Signals provides, bool seesTrueLength)
    {
        Assert.Equal(provides, Predictors.Spec(text).Provides);
        ILengthPredictor predictor = Predictors.Of(text);
        for (int i = 0; i < 50; i++)
        {
            predictor.Learn(Predictors.Request(i, 10), 10);
        }

        RequestDetails details = new() { OutputLower = 3, OutputUpper = 9, MaxOutputTokens = 50 };
        LengthPrediction few = predictor.Predict(Predictors.Request(60, 10, details: details));
        LengthPrediction many = predictor.Predict(Predictors.Request(60, 5000, details: details));
        Assert.Equal(seesTrueLength, few != many);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void What_is_read_is_written_back(string text, Signals provides, bool seesTrueLength)
    {
        PredictionSpec again = Predictors.Spec(Predictors.Spec(text).ToString());

        Assert.Equal(text, again.ToString());
        Assert.Equal((provides, seesTrueLength), (again.Provides, again.SeesTrueLength));
    }

    [Theory]
    [InlineData("learned", "learned:0.9")]
    [InlineData("learned:0.90", "learned:0.9")]
    [InlineData("noisy:1e-3", "noisy:0.001")]
    [InlineData("noisy:+.5", "noisy:0.5")]
    [InlineData("buckets:1e2", "buckets:100")]
    public void Numbers_are_written_in_one_way(string text, string written) => Assert.Equal(written, Predictors.Spec(text).ToString());

    [Theory]
    [InlineData("noisy:0")]
    [InlineData("noisy:10")]
    [InlineData("noisy:uniform:0")]
    [InlineData("noisy:uniform:0.999999")]
    [InlineData("interval:0")]
    [InlineData("fixed:7:7")]
    [InlineData("fixed:1:1000000000")]
    [InlineData("buckets:1000000000")]
    [InlineData("class:500000000")]
    [InlineData("learned:0.5")]
    [InlineData("learned:0.99")]
    public void The_ends_of_a_range_are_accepted(string text)
    {
        LengthPrediction prediction = Predictors.Predict(text, int.MaxValue);

        Assert.True(prediction.Point >= 1, $"{prediction}");
        Assert.True(prediction.Upper == 0 || prediction.Upper >= prediction.Lower, $"{prediction}");
    }

    [Theory]
    [InlineData(
        "exakt",
        "unknown predictor 'exakt'; did you mean 'exact'? "
        + "known: none, given, exact, noisy, noisy:uniform, interval, fixed, buckets, class, recorded, learned")]
    [InlineData("exact:1", "'exact:1' has 1 number; write exact")]
    [InlineData("none:", "'none:' has 1 number; write none")]
    [InlineData("noisy", "'noisy' has no number; write noisy:SIGMA")]
    [InlineData("noisy:", "'noisy:': SIGMA must be a number from 0 to 10, not ''")]
    [InlineData("noisy:-1", "'noisy:-1': SIGMA must be a number from 0 to 10, not '-1'")]
    [InlineData("noisy:NaN", "'noisy:NaN': SIGMA must be a number from 0 to 10, not 'NaN'")]
    [InlineData("noisy:1e99", "'noisy:1e99': SIGMA must be a number from 0 to 10, not '1e99'")]
    [InlineData("noisy:uniform", "'noisy:uniform' has no number; write noisy:uniform:E")]
    [InlineData("noisy:uniform:1", "'noisy:uniform:1': E must be a number from 0 to below 1, not '1'")]
    [InlineData("noisy:0.5:uniform", "'noisy:0.5:uniform' has 2 numbers; write noisy:SIGMA")]
    [InlineData("interval:1", "'interval:1': X must be a number from 0 to below 1, not '1'")]
    [InlineData("interval:0,5", "'interval:0,5': X must be a number from 0 to below 1, not '0,5'")]
    [InlineData("fixed:10", "'fixed:10' has 1 number; write fixed:L:U")]
    [InlineData("fixed:10:9", "'fixed:10:9': L must not be above U")]
    [InlineData("buckets:0", "'buckets:0': W must be a whole number of tokens from 1 to 1000000000, not '0'")]
    [InlineData("buckets:1.5", "'buckets:1.5': W must be a whole number of tokens from 1 to 1000000000, not '1.5'")]
    [InlineData("class:500000001", "'class:500000001': T must be a whole number of tokens from 1 to 500000000, not '500000001'")]
    [InlineData("learned:0.995", "'learned:0.995': COVERAGE must be a number from 0.5 to 0.99, not '0.995'")]
    [InlineData("learned:0.9:0.9", "'learned:0.9:0.9' has 2 numbers; write learned[:COVERAGE]")]
    public void A_mistake_is_explained(string text, string problem)
    {
        Assert.Null(PredictionSpec.Parse(text, out IReadOnlyList<string> problems));
        Assert.Equal(problem, Assert.Single(problems));
    }

    [Fact]
    public void Every_problem_is_reported()
    {
        Assert.Null(PredictionSpec.Parse("fixed:0:x:7", out IReadOnlyList<string> problems));
        Assert.Equal(
            [
                "'fixed:0:x:7' has 3 numbers; write fixed:L:U",
                "'fixed:0:x:7': L must be a whole number of tokens from 1 to 1000000000, not '0'",
                "'fixed:0:x:7': U must be a whole number of tokens from 1 to 1000000000, not 'x'",
            ],
            problems);
    }

    [Fact]
    public void The_forms_are_listed_on_one_line() => Assert.Equal(
        "none, given, exact, noisy:SIGMA, noisy:uniform:E, interval:X, fixed:L:U, buckets:W, class:T, recorded or learned[:COVERAGE]",
        PredictionSpec.Forms);

    [Fact]
    public void The_long_help_gives_meaning_range_and_default()
    {
        Assert.Equal(11, PredictionSpec.Help.Count);
        Assert.Contains(
            "noisy:uniform:E: the true length times a number drawn evenly between 1-E and 1+E; E is a number from 0 to below 1",
            PredictionSpec.Help);
        Assert.Contains(
            "learned[:COVERAGE]: quantiles of similar requests that finished lately, an interval that contains the fraction COVERAGE; "
            + "COVERAGE is a number from 0.5 to 0.99, 0.9 if not given",
            PredictionSpec.Help);
    }

    [Fact]
    public void Only_a_class_has_a_threshold()
    {
        Assert.Equal(128, Predictors.Spec("class:128").ClassThresholdTokens);
        Assert.Equal(0, Predictors.Spec("buckets:128").ClassThresholdTokens);
    }

    [Fact]
    public void Each_creation_is_a_new_predictor()
    {
        PredictionSpec spec = Predictors.Spec("learned");

        Assert.NotSame(spec.Create(default), spec.Create(default));
    }
}

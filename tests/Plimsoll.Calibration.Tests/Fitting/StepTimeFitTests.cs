using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Tests.Fitting;

public sealed class StepTimeFitTests
{
    public static TheoryData<ulong> Seeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Known_prices_come_back_within_two_percent_from_noise_and_outliers(ulong seed)
    {
        List<StepObservation> rows = MadeUpSteps.Timed(MadeUpSteps.Affine, seed, noise: 0.02, outlierEvery: 15);

        StepTimeCalibration fit = Fit(rows, new FitOptions { Form = StepForms.AffineMixed });

        AssertWithin(0.02, MadeUpSteps.Constant, fit.Chosen["constant_seconds"], seed);
        AssertWithin(0.02, MadeUpSteps.PerPrefillToken, fit.Chosen["seconds_per_prefill_token"], seed);
        AssertWithin(0.02, MadeUpSteps.PerContextToken, fit.Chosen["seconds_per_context_token"], seed);
        AssertWithin(0.1, MadeUpSteps.PerSequence, fit.Chosen["seconds_per_sequence"], seed);
        AssertWithin(0.1, MadeUpSteps.WhenMixed, fit.Chosen["extra_seconds_per_context_token_when_mixed"], seed);
        Assert.InRange(fit.Chosen.Outliers, 1, rows.Count / 8);
        Assert.All(fit.Chosen.Parameters, parameter => Assert.True(parameter.Determined, parameter.Name));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_outliers_every_price_lies_within_four_standard_errors(ulong seed)
    {
        StepTimeCalibration fit = Fit(
            MadeUpSteps.Timed(MadeUpSteps.Chunked, seed, noise: 0.02), new FitOptions { Form = "chunk", HoldoutShare = 0 });

        (string Name, double Value)[] known =
        [
            ("constant_seconds", MadeUpSteps.Constant),
            ("seconds_per_prefill_token", MadeUpSteps.PerPrefillToken),
            ("seconds_per_sequence", MadeUpSteps.PerSequence),
            ("seconds_per_context_token", MadeUpSteps.PerContextToken),
            ("extra_seconds_per_context_token_when_mixed", MadeUpSteps.WhenMixed),
            ("seconds_per_half_pair", MadeUpSteps.PerHalfPair),
        ];
        Assert.All(known, each =>
        {
            FittedParameter found = fit.Chosen.Parameters.Single(parameter => parameter.Name == each.Name);
            Assert.InRange(found.Value, each.Value - (4 * found.StandardError!.Value), each.Value + (4 * found.StandardError.Value));
        });
        Assert.Equal(0, fit.HeldOut.Rows);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cross_validation_picks_the_form_that_made_the_rows(ulong seed)
    {
        Assert.Equal("affine", Fit(MadeUpSteps.Timed(step => MadeUpSteps.Affine(step) - (MadeUpSteps.WhenMixed * step.MixedContextTokens), seed, 0.02)).Chosen.Name);
        Assert.Equal(StepForms.AffineMixed, Fit(MadeUpSteps.Timed(MadeUpSteps.Affine, seed, 0.005)).Chosen.Name);
        Assert.Equal("chunk", Fit(MadeUpSteps.Timed(MadeUpSteps.Chunked, seed, 0.01)).Chosen.Name);
        Assert.Equal("ridge", Fit(MadeUpSteps.Timed(MadeUpSteps.Ridge, seed, 0.005)).Chosen.Name);
    }

    [Fact]
    public void A_bend_is_found_where_it_is()
    {
        FittedForm ridge = Fit(MadeUpSteps.Timed(MadeUpSteps.Ridge, 7, 0.001), new FitOptions { Form = "ridge" }).Chosen;

        AssertWithin(0.02, 38e-6, ridge["seconds_per_token_above_bend"], 7);
        Assert.Equal(256, ridge["bend_tokens"]);
    }

    [Fact]
    public void The_error_held_out_is_that_of_the_noise_and_whole_groups_are_held_out()
    {
        StepTimeCalibration fit = Fit(MadeUpSteps.Timed(MadeUpSteps.Chunked, 3, 0.04));

        Assert.Equal("group", fit.HoldoutBy);
        Assert.InRange(fit.HeldOut.Mean, 0.01, 0.03);
        Assert.InRange(fit.HeldOut.Rows, 20, 50);
        double[] heldOut = [.. fit.Residuals.Where(each => each.HeldOut && each.Row.IsDecode).Select(each => each.Row.DecodeSequences).Distinct()];
        Assert.NotEmpty(heldOut);
        Assert.DoesNotContain(fit.Residuals, each => each.Row.IsDecode && heldOut.Contains(each.Row.DecodeSequences) && !each.HeldOut);
    }

    [Fact]
    public void Prices_are_never_negative_and_what_was_never_seen_has_none()
    {
        List<StepObservation> decodes =
            [.. MadeUpSteps.Timed(step => 0.02 - (1e-5 * step.DecodeSequences), 1, 0.01).Where(step => step is { IsDecode: true, DecodeSequences: <= 128 })];

        StepTimeCalibration fit = Fit(decodes, new FitOptions { Form = StepForms.AffineMixed });

        Assert.All(fit.Chosen.Parameters, parameter => Assert.True(parameter.Value >= 0, parameter.Name));
        Assert.Equal(0, fit.Chosen["seconds_per_sequence"]);
        Assert.False(fit.Chosen.Parameters.Single(parameter => parameter.Name == "seconds_per_prefill_token").Determined);
    }

    [Fact]
    public void Means_over_many_steps_give_the_prices_of_the_steps()
    {
        List<StepObservation> steps = MadeUpSteps.Timed(MadeUpSteps.Affine, 5, 0);
        List<StepObservation> means = [];
        for (int i = 0; i + 3 < steps.Count; i++)
        {
            means.Add(Mean([steps[i], steps[(i * 7) % steps.Count], steps[(i * 13) % steps.Count]]));
        }

        StepTimeCalibration fit = Fit(means);

        AssertWithin(1e-6, MadeUpSteps.PerPrefillToken, fit.Affine!["seconds_per_prefill_token"], 5);
        AssertWithin(1e-6, MadeUpSteps.PerContextToken, fit.Affine["seconds_per_context_token"], 5);
        Assert.Contains(fit.Scores, score => score.Form == "table" && score.Reason.Contains("means", StringComparison.Ordinal));
    }

    [Fact]
    public void Repeats_of_a_shape_count_once_with_their_median()
    {
        List<StepObservation> rows = MadeUpSteps.Timed(MadeUpSteps.Affine, 2, 0);
        StepObservation odd = rows[0];
        rows.AddRange(Enumerable.Repeat(odd, 4));
        rows.AddRange(Enumerable.Repeat(odd with { Seconds = odd.Seconds * 100 }, 4));

        StepTimeCalibration fit = Fit(rows, new FitOptions { Form = StepForms.AffineMixed });

        AssertWithin(1e-6, MadeUpSteps.Constant, fit.Chosen["constant_seconds"], 2);
    }

    [Fact]
    public void Too_few_rows_and_unknown_forms_are_refused()
    {
        List<StepObservation> rows = MadeUpSteps.Timed(MadeUpSteps.Affine, 1, 0);

        Assert.Null(StepTimeFit.Run([rows[0], rows[1]], new FitOptions(), out string reason));
        Assert.Contains("too few", reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => StepTimeFit.Run(rows, new FitOptions { Form = "cubic" }, out _));
    }

    [Fact]
    public void The_text_to_paste_holds_the_five_prices()
    {
        FittedForm affine = Fit(MadeUpSteps.Timed(MadeUpSteps.Affine, 1, 0)).Affine!;

        Assert.Equal("affine:1.1E-2:4E-5:2E-5:8E-8:3E-8", AffineText.Of(affine));
    }

    private static StepObservation Mean(StepObservation[] steps) => new()
    {
        PrefillTokens = steps.Average(step => step.PrefillTokens),
        PrefillSequences = steps.Average(step => step.PrefillSequences),
        HistoryTokens = steps.Average(step => step.HistoryTokens),
        HalfPairs = steps.Average(step => step.HalfPairs),
        DecodeSequences = steps.Average(step => step.DecodeSequences),
        ContextTokens = steps.Average(step => step.ContextTokens),
        MixedContextTokens = steps.Average(step => step.MixedContextTokens),
        PrefillShare = steps.Average(step => step.PrefillShare),
        Seconds = steps.Average(step => step.Seconds),
        IsAverage = true,
        File = "",
    };

    private static StepTimeCalibration Fit(IReadOnlyList<StepObservation> rows, FitOptions? options = null)
    {
        StepTimeCalibration? fit = StepTimeFit.Run(rows, options ?? new FitOptions(), out string reason);
        Assert.True(fit is not null, reason);
        return fit;
    }

    private static void AssertWithin(double share, double expected, double actual, ulong seed) =>
        Assert.True(Math.Abs(actual - expected) <= share * expected, $"seed {seed}: {actual} instead of {expected}");
}

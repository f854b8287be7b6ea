using Plimsoll.Core;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Policies.Tests.Prediction;

/// <summary>
/// The errors of the noisy predictors. The intervals are 4.5 standard errors wide on each side: a right predictor leaves one of them with
/// probability 7e-6. The true lengths are so great that rounding to a token does not show.
/// </summary>
public sealed class NoiseTests
{
    private const int Count = 100_000;
    private const int Long = 10_000_000;
    private const double Deviations = 4.5;

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    public void The_logarithm_of_the_factor_is_normal_around_zero(double sigma)
    {
        double[] logs = [.. Factors(FormattableString.Invariant($"noisy:{sigma}")).Select(factor => Math.Log(factor))];

        // Moments of the normal distribution: 0, σ², 0, 3σ⁴; the variances of the sample means are those of the powers.
        AssertMean(0, sigma, logs);
        AssertMean(sigma * sigma, Math.Sqrt(2) * sigma * sigma, logs.Select(x => x * x));
        AssertMean(0, Math.Sqrt(15) * Math.Pow(sigma, 3), logs.Select(x => x * x * x));
        AssertMean(3 * Math.Pow(sigma, 4), Math.Sqrt(96) * Math.Pow(sigma, 4), logs.Select(x => Math.Pow(x, 4)));
    }

    [Theory]
    [InlineData(-1.6448536269514722, 0.05)]
    [InlineData(-0.6744897501960817, 0.25)]
    [InlineData(0, 0.5)]
    [InlineData(0.6744897501960817, 0.75)]
    [InlineData(1.6448536269514722, 0.95)]
    public void The_logarithm_of_the_factor_has_the_quantiles_of_the_normal_distribution(double z, double probability) =>
        AssertMean(
            probability,
            Math.Sqrt(probability * (1 - probability)),
            Factors("noisy:1").Select(factor => Math.Log(factor) <= z ? 1.0 : 0.0));

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.8)]
    public void The_even_factor_is_uniform_around_one(double epsilon)
    {
        double[] errors = [.. Factors(FormattableString.Invariant($"noisy:uniform:{epsilon}")).Select(factor => (factor - 1) / epsilon)];

        // Moments of the uniform distribution on (-1, 1): 0, 1/3, 0, 1/5.
        Assert.All(errors, error => Assert.InRange(error, -1 - 1e-6, 1 + 1e-6));
        AssertMean(0, Math.Sqrt(1.0 / 3), errors);
        AssertMean(1.0 / 3, Math.Sqrt((1.0 / 5) - (1.0 / 9)), errors.Select(x => x * x));
        AssertMean(0, Math.Sqrt(1.0 / 7), errors.Select(x => x * x * x));
        AssertMean(0.25, Math.Sqrt(0.25 * 0.75), errors.Select(x => x <= -0.5 ? 1.0 : 0.0));
    }

    [Theory]
    [InlineData("noisy:2")]
    [InlineData("noisy:uniform:0.9")]
    public void A_short_request_is_never_believed_to_be_empty(string text)
    {
        ILengthPredictor predictor = Predictors.Of(text);
        int[] points = [.. Enumerable.Range(0, 1000).Select(i => predictor.Predict(Predictors.Request(i, 1)).Point)];
        Assert.Equal(1, points.Min());
    }

    [Theory]
    [InlineData("noisy:1")]
    [InlineData("noisy:uniform:0.9")]
    public void The_error_of_a_request_depends_on_seed_and_id_alone(string text)
    {
        ILengthPredictor forwards = Predictors.Of(text);
        ILengthPredictor backwards = Predictors.Of(text);
        int[] inOrder = [.. Enumerable.Range(0, 500).Select(i => forwards.Predict(Predictors.Request(i, 5000)).Point)];
        for (int i = 499; i >= 0; i--)
        {
            backwards.Predict(Predictors.Request(i / 2, 77, promptTokens: 5));
            RequestDetails details = new() { Client = "b" };
            Assert.Equal(inOrder[i], backwards.Predict(Predictors.Request(i, 5000, promptTokens: 1 + i, details)).Point);
        }
    }

    [Theory]
    [InlineData("noisy:1")]
    [InlineData("noisy:uniform:0.9")]
    public void Another_seed_brings_other_errors(string text)
    {
        double[] one = [.. Factors(text, 1).Take(10_000).Select(factor => Math.Log(factor))];
        double[] other = [.. Factors(text, 2).Take(10_000).Select(factor => Math.Log(factor))];

        // Uncorrelated: the mean product of the centred values is 0 with standard deviation σ².
        double mean = one.Concat(other).Average();
        double variance = one.Concat(other).Average(x => (x - mean) * (x - mean));
        AssertMean(0, variance, one.Zip(other, (a, b) => (a - mean) * (b - mean)));
    }

    [Fact]
    public void A_wider_noise_stretches_the_same_errors()
    {
        double[] narrow = [.. Factors("noisy:0.5").Take(100)];
        double[] wide = [.. Factors("noisy:1").Take(100)];
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(2 * Math.Log(narrow[i]), Math.Log(wide[i]), 1e-5);
        }
    }

    private static IEnumerable<double> Factors(string text, ulong seed = 1)
    {
        ILengthPredictor predictor = Predictors.Of(text, seed);
        for (int i = 0; i < Count; i++)
        {
            yield return predictor.Predict(Predictors.Request(i, Long)).Point / (double)Long;
        }
    }

    private static void AssertMean(double expected, double deviation, IEnumerable<double> values)
    {
        double[] all = [.. values];
        Assert.Equal(expected, all.Average(), Deviations * deviation / Math.Sqrt(all.Length));
    }
}

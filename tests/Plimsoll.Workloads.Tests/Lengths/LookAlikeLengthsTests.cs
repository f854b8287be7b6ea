using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Tests.Lengths;

/// <summary>
/// Look-alikes of published data: percentiles, means, deviations and correlations that were printed (scheduling theory, section 3.5).
/// </summary>
public sealed class LookAlikeLengthsTests
{
    private const int Draws = 400_000;

    public static TheoryData<string, double, double, double, double> Printed => new()
    {
        { "burst", 362.9, 502.2, 57.0, 154.4 },
        { "longbench", 223_650, 436_887, 37.0, 41.3 },
        { "arxiv", 4_825, 1_968, 437, 1_040 },
    };

    [Theory]
    [MemberData(nameof(Printed))]
    public void Means_are_the_printed_ones_and_deviations_close(
        string name, double promptMean, double promptSd, double outputMean, double outputSd)
    {
        (LengthDistribution prompt, LengthDistribution output) = Laws(name);

        Assert.Equal(promptMean, prompt.Mean, 0.002 * promptMean);
        Assert.Equal(outputMean, output.Mean, 0.002 * outputMean);
        Assert.Equal(promptSd, Math.Sqrt(prompt.Variance), 0.04 * promptSd);
        Assert.Equal(outputSd, Math.Sqrt(output.Variance), 0.04 * outputSd);
    }

    [Theory]
    [MemberData(nameof(Printed))]
    public void Pairs_keep_the_law_of_each(string name, double promptMean, double promptSd, double outputMean, double outputSd)
    {
        (int[] prompts, int[] outputs) = Draw(name);

        Assert.Equal(promptMean, prompts.Average(), 5 * promptSd / Math.Sqrt(Draws));
        Assert.Equal(outputMean, outputs.Average(), 5 * outputSd / Math.Sqrt(Draws));
    }

    [Fact]
    public void Curves_pass_through_the_percentiles()
    {
        (LengthDistribution prompt, LengthDistribution output) = Laws("burst");

        double[] probabilities = [0.25, 0.5, 0.9, 0.99];
        Assert.Equal([217, 632, 3005], probabilities[1..].Select(prompt.Quantile));
        Assert.Equal([7, 7, 151, 657], probabilities.Select(output.Quantile));
        Assert.Equal((9, 14_117, 1, 3_206), (prompt.Minimum, prompt.Maximum, output.Minimum, output.Maximum));
        Assert.Equal(0.5, prompt.CumulativeProbability(217), 0.01);
        Assert.Equal((0, 1), (prompt.CumulativeProbability(8), prompt.CumulativeProbability(14_117)));
    }

    [Theory]
    [InlineData("burst", 0.37, 0.07, 0.17, 0.02)]
    [InlineData("longbench", 0.035, 0.01, 0.055, 0.01)]
    [InlineData("arxiv", -0.27, 0.01, -0.445, 0.01)]
    public void Correlations_are_the_published_ones(
        string name, double pearson, double pearsonWithin, double spearman, double spearmanWithin)
    {
        (int[] prompts, int[] outputs) = Draw(name);

        Assert.Equal(pearson, Pearson([.. prompts], [.. outputs]), pearsonWithin);
        Assert.Equal(spearman, Pearson(Ranks(prompts), Ranks(outputs)), spearmanWithin);
    }

    [Fact]
    public void The_synthetic_pairs_are_normal_above_zero()
    {
        (int[] prompts, int[] outputs) = Draw("bivariate-normal:10000:1000:5000:500:-0.1");

        Assert.Equal(10_000, prompts.Average(), 8.0);
        Assert.Equal(5_000, outputs.Average(), 4.0);
        Assert.Equal(-0.1, Pearson([.. prompts], [.. outputs]), 0.008);
        (int[] truncatedPrompts, int[] truncatedOutputs) = Draw("bivariate-normal");
        Assert.True(truncatedPrompts.Min() >= 1 && truncatedOutputs.Min() >= 1);
        Assert.True(truncatedPrompts.Average() > 3_200 && truncatedOutputs.Average() > 1_200);
    }

    [Theory]
    [InlineData("bust", "is no joint distribution")]
    [InlineData("bivariate-normal:1:2", "needs five numbers")]
    [InlineData("bivariate-normal:1:2:3:4:x", "needs five numbers")]
    [InlineData("bivariate-normal:0:2:3:4:0", "from 1")]
    [InlineData("bivariate-normal:5:2:3:4:1", "between -0.99 and 0.99")]
    public void What_is_wrong_is_said(string text, string complaint)
    {
        Assert.False(LengthPairsParser.TryParse(text, out _, out string problem));
        Assert.Contains(complaint, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.6)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Percentile_moments_are_those_of_the_whole_numbers(double power)
    {
        var lengths = new PercentileLength([0, 0.2, 0.5, 0.9, 1], [1, 7, 7, 40, 300], power);
        double mean = 0;
        double square = 0;
        for (int k = 1; k <= lengths.Maximum; k++)
        {
            double share = lengths.CumulativeProbability(k) - lengths.CumulativeProbability(k - 1);
            Assert.True(share >= 0);
            mean += k * share;
            square += (double)k * k * share;
        }

        Assert.Equal(mean, lengths.Mean, 1e-9);
        Assert.Equal(square - (mean * mean), lengths.Variance, 1e-6);
        for (int i = 1; i < 1_000; i++)
        {
            int length = lengths.Quantile(i / 1_000.0);
            Assert.InRange(i / 1_000.0, lengths.CumulativeProbability(length - 1) - 1e-9, lengths.CumulativeProbability(length) + 1e-9);
        }
    }

    [Fact]
    public void Percentiles_that_do_not_ascend_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PercentileLength([0, 1], [5, 4], 1));
        Assert.Throws<ArgumentException>(() => new PercentileLength([0, 0.5, 0.5, 1], [1, 2, 3, 4], 1));
        Assert.Throws<ArgumentException>(() => new PercentileLength([0.1, 1], [1, 2], 1));
        Assert.Throws<ArgumentException>(() => new PercentileLength([0, 1], [0, 2], 1));
    }

    [Fact]
    public void A_source_of_pairs_gives_the_same_requests_in_blocks_of_any_size()
    {
        InferenceRequest[] Read(int block)
        {
            var source = new PairedSource(new PoissonArrivals(3), LookAlikeLengths.Burst, 100, new RandomTree(5));
            List<InferenceRequest> all = [];
            var buffer = new InferenceRequest[block];
            for (int count = source.Read(buffer); count > 0; count = source.Read(buffer))
            {
                all.AddRange(buffer[..count]);
            }

            return [.. all];
        }

        Assert.Equal(100, Read(7).Length);
        Assert.Equal(Read(7), Read(64));
    }

    private static double Pearson(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }

    // Equal values share their mean rank.
    private static double[] Ranks(int[] values)
    {
        Dictionary<int, double> ranks = [];
        int before = 0;
        foreach (IGrouping<int, int> same in values.GroupBy(value => value).OrderBy(same => same.Key))
        {
            ranks[same.Key] = before + ((same.Count() - 1) / 2.0);
            before += same.Count();
        }

        return [.. values.Select(value => ranks[value])];
    }

    private static ILengthPairs Parse(string text) =>
        LengthPairsParser.TryParse(text, out ILengthPairs? pairs, out string problem) ? pairs : throw new ArgumentException(problem);

    private static (LengthDistribution Prompt, LengthDistribution Output) Laws(string name) => Parse(name) switch
    {
        CopulaLengths copula => (copula.Prompt, copula.Output),
        TailedCopulaLengths copula => (copula.Prompt, copula.Output),
        _ => throw new ArgumentException(name),
    };

    private static (int[] Prompts, int[] Outputs) Draw(string name)
    {
        ILengthPairs pairs = Parse(name);
        var prompts = new int[Draws];
        var outputs = new int[Draws];
        RandomStream promptDice = new(1);
        RandomStream outputDice = new(2);
        for (int i = 0; i < Draws; i++)
        {
            (prompts[i], outputs[i]) = pairs.Sample(ref promptDice, ref outputDice);
        }

        return (prompts, outputs);
    }
}

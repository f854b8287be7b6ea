using Plimsoll.Core;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Testing;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.Afd;

/// <summary>Vectors of scheduling theory, section 2.5, and the law counted out slot by slot.</summary>
public sealed class SlotLawTests
{
    [Fact]
    public void Three_requests_give_the_vector_exactly()
    {
        SlotLaw law = LawOf((100, 3), (50, 1), (200, 4));

        Assert.Equal(144.875, law.Mean);
        Assert.Equal(3451.109375, law.Variance);
    }

    [Theory]
    [InlineData("uniform:50:150", "geometric:500", 599, 500.35)]
    [InlineData("const:100", "const:500", 349.5, 144.34)]
    [InlineData("const:100", "uniform:1:999", 432.6, 235.6)]
    [InlineData("const:100", "geometric:500", 599, 499.5)]
    public void Laws_of_independent_lengths(string prompt, string output, double mean, double deviation)
    {
        SlotLaw law = AfdWorkload.OfLengths(Lengths(prompt), Lengths(output)).Law;

        // Printed to one digit (the first row to two): half a unit of it, and what that digit rounds.
        Assert.Equal(mean, law.Mean, 0.1);
        Assert.Equal(deviation, law.Deviation, 0.06);
    }

    [Fact]
    public void The_law_of_geometric_outputs_is_exact()
    {
        SlotLaw law = Settings.Workload(100, 500).Law;

        Assert.Equal(599, law.Mean, 1e-10);
        Assert.Equal(500 * 499, law.Variance, 1e-6);
    }

    [Fact]
    public void Prompts_and_outputs_that_belong_together()
    {
        SlotLaw law = LawOf((100, 900), (900, 100));

        Assert.Equal(589.5, law.Mean, 1e-9);
        Assert.Equal(274.3, law.Deviation, 0.05);
    }

    [Fact]
    public void Sums_over_all_pairs_are_the_law_of_independent_uniform_lengths()
    {
        var sums = new SlotSums();
        for (int prompt = 3; prompt <= 40; prompt++)
        {
            for (int output = 1; output <= 77; output++)
            {
                sums.Add(prompt, output);
            }
        }

        SlotLaw independent = AfdWorkload.OfLengths(Lengths("uniform:3:40"), Lengths("uniform:1:77")).Law;
        SlotLaw law = sums.Law();
        Assert.Equal(independent.Mean, law.Mean, 1e-9);
        Assert.Equal(independent.Variance, law.Variance, 1e-8);
        Assert.Equal(independent.AgeCovariance, law.AgeCovariance, 1e-8);
    }

    [Fact]
    public void Sums_are_the_moments_of_all_tokens_counted_one_by_one()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 200); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            var sums = new SlotSums();
            List<(double Load, double Age)> steps = [];
            int requests = 1 + (int)dice.NextBelow(20);
            for (int i = 0; i < requests; i++)
            {
                int prompt = (int)dice.NextBelow(1000);
                int output = 1 + (int)dice.NextBelow(200);
                sums.Add(prompt, output);
                steps.AddRange(Enumerable.Range(0, output).Select(age => ((double)prompt + age, (double)age)));
            }

            double mean = steps.Average(step => step.Load);
            SlotLaw law = sums.Law();
            Assert.True(Math.Abs(mean - law.Mean) <= 1e-9 * mean, $"seed {seed}: mean {law.Mean} instead of {mean}");
            double variance = steps.Average(step => (step.Load - mean) * (step.Load - mean));
            Assert.True(
                Math.Abs(variance - law.Variance) <= 1e-6 + (1e-9 * variance),
                $"seed {seed}: variance {law.Variance} instead of {variance}");
            double covariance = steps.Average(step => step.Age * (step.Load - mean));
            Assert.True(
                Math.Abs(covariance - law.AgeCovariance) <= 1e-6,
                $"seed {seed}: covariance {law.AgeCovariance} instead of {covariance}");
        }
    }

    [Fact]
    public void Sums_stay_exact_for_the_longest_requests_there_are()
    {
        const int Most = LengthDistribution.MaxTokens;
        SlotLaw law = LawOf((Most, Most), (Most, Most));

        Assert.Equal(Most + ((Most - 1) / 2.0), law.Mean);
        Assert.Equal(((double)Most * Most - 1) / 12, law.Variance);
        Assert.Throws<InvalidOperationException>(() => new SlotSums().Law());
    }

    [Fact]
    public void Early_means_approach_the_law_from_an_empty_start_as_counted_by_renewal_equations()
    {
        // P(a request begins in step k) = Σ over lengths of P(D = d)·P(one begins in step k − d); then E[age] step by step.
        LengthDistribution output = Lengths("uniform:1:30");
        const int Steps = 400;
        var begins = new double[Steps];
        double sum = 0;
        for (int k = 0; k < Steps; k++)
        {
            begins[k] = k == 0 ? 1 : Enumerable.Range(1, Math.Min(30, k)).Sum(d => begins[k - d] / 30);
            sum += Enumerable.Range(0, Math.Min(30, k + 1)).Sum(age => age * begins[k - age] * output.ExceedanceProbability(age));
        }

        AfdWorkload workload = AfdWorkload.OfLengths(new ConstantLength(7), output);
        Assert.Equal(7 + (sum / Steps), workload.MeanOver(Steps), 1e-9);
    }

    [Theory]
    [InlineData(256, 100, 500, 19531.25, 586.2256)]
    [InlineData(256, 500, 500, 19531.25, 986.2256)]
    [InlineData(256, 100, 100, 3906.25, 196.4656)]
    [InlineData(128, 100, 500, 39062.5, 592.6128)]
    [InlineData(512, 100, 500, 9765.625, 573.4512)]
    public void Horizons_of_version_one(int slots, int prompt, double output, double steps, double mean)
    {
        AfdWorkload workload = Settings.Workload(prompt, output);

        Assert.Equal(steps, workload.StepsFor(10_000, slots), 1e-9);
        Assert.Equal(mean, workload.MeanOver(steps), 5e-5);
        Assert.Equal(mean, workload.Law.MeanOver(steps), 5e-5);
    }

    [Fact]
    public void The_first_step_of_a_geometric_start_holds_the_prompt_alone() =>
        Assert.Equal(100, Settings.Workload(100, 500).MeanOver(1), 1e-9);

    private static SlotLaw LawOf(params (int Prompt, int Output)[] requests) =>
        AfdWorkload.OfRequests([.. requests.Select(request => new SlotRequest(request.Prompt, request.Output))]).Law;

    private static LengthDistribution Lengths(string text) =>
        LengthParser.TryParse(text, File.OpenRead, out LengthDistribution? lengths, out string problem)
            ? lengths
            : throw new ArgumentException(problem);
}

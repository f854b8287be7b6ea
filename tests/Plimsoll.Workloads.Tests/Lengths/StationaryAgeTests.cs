using Plimsoll.Core;
using Plimsoll.Testing;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Tests.Lengths;

/// <summary>Ages against sums over the exceedance, token by token.</summary>
public sealed class StationaryAgeTests
{
    public static TheoryData<string> Examples =>
    [
        "const:1", "const:100", "const:40000", "uniform:1:999", "uniform:7:7", "uniform:1:50000", "geometric:500", "geometric:1",
        "geometric:1.5", "lognormal:100:250:20000", "lognormal:3:4:9", "lognormal:3000:9000:200000", "normal:200:50:1:1000",
        "normal:50000:9000:1:200000",
    ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Moments_are_those_of_the_exceedance(string text)
    {
        LengthDistribution lengths = Parse(text);
        double mass = 0;
        double sum = 0;
        double squares = 0;
        for (int age = 0; age < Math.Min(lengths.Maximum, 200_000); age++)
        {
            double exceeds = lengths.ExceedanceProbability(age);
            mass += exceeds;
            sum += exceeds * age;
            squares += exceeds * age * age;
        }

        var found = new StationaryAge(lengths);
        double mean = sum / mass;
        Assert.Equal(lengths.Mean, mass, 1e-6 * mass);
        Assert.Equal(mean, found.Mean, (1e-6 * mean) + 1e-9);
        Assert.Equal((squares / mass) - (mean * mean), found.Variance, (1e-6 * mean * mean) + 1e-9);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Samples_have_the_moments_of_the_age_and_are_drawn_by_length(string text)
    {
        const int Draws = 20_000;
        LengthDistribution lengths = Parse(text);
        var age = new StationaryAge(lengths);
        RandomStream dice = Dice.Seeded(11);
        double sum = 0;
        double toGo = 0;
        for (int i = 0; i < Draws; i++)
        {
            (int reached, int length) = age.Sample(ref dice);
            Assert.InRange(reached, 0, length - 1);
            Assert.InRange(length, lengths.Minimum, lengths.Maximum);
            sum += reached;
            toGo += length - 1 - reached;
        }

        // What is still to come after this step has the law of the age.
        double error = (4.5 * Math.Sqrt(age.Variance / Draws)) + (1e-6 * age.Mean) + 1e-9;
        Assert.Equal(age.Mean, sum / Draws, error);
        Assert.Equal(age.Mean, toGo / Draws, error);
    }

    [Fact]
    public void Every_age_of_a_short_length_is_found_as_often_as_it_should()
    {
        LengthDistribution lengths = Parse("uniform:1:4");
        var age = new StationaryAge(lengths);
        RandomStream dice = Dice.Seeded(3);
        var counts = new int[4, 5];
        const int Draws = 100_000;
        for (int i = 0; i < Draws; i++)
        {
            (int reached, int length) = age.Sample(ref dice);
            counts[reached, length]++;
        }

        // Each of the ten pairs age < length ≤ 4 is as likely as any other.
        for (int reached = 0; reached < 4; reached++)
        {
            for (int length = reached + 1; length <= 4; length++)
            {
                Assert.Equal(0.1, counts[reached, length] / (double)Draws, 0.005);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Exceedance_is_what_the_cumulative_probability_leaves(string text)
    {
        LengthDistribution lengths = Parse(text);
        foreach (int tokens in new[] { 0, 1, 2, 7, 99, 100, 500, 999, 20_000, 200_000 })
        {
            Assert.Equal(1 - lengths.CumulativeProbability(tokens), lengths.ExceedanceProbability(tokens), 1e-12);
        }
    }

    [Fact]
    public void Long_tails_keep_their_digits()
    {
        double far = Parse("lognormal:100:250").ExceedanceProbability(10_000_000);

        // ln(10,000,000.5/100)/√(2 ln 2.5) = 8.505 standard deviations.
        Assert.InRange(far, 8e-18, 9.5e-18);
    }

    private static LengthDistribution Parse(string text) =>
        LengthParser.TryParse(text, File.OpenRead, out LengthDistribution? lengths, out string problem)
            ? lengths
            : throw new ArgumentException(problem);
}

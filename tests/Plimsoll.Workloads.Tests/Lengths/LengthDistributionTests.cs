using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Tests.Lengths;

public sealed class LengthDistributionTests
{
    public static TheoryData<string> Examples =>
    [
        "const:100", "uniform:10:1600", "uniform:7:7", "geometric:500", "geometric:1", "geometric:1.5", "lognormal:100:250",
        "lognormal:3:4:9", "lognormal:800:1100:20000", "normal:200:50:1:1000", "normal:10:300:5:90", "normal:50000:9000:1:200000",
        "normal:5:0.1:1:9", "empirical:made-up#output",
    ];

    public static TheoryData<string, string> Wrong => new()
    {
        { "", "is not a length distribution" },
        { "zipf:2", "is not a length distribution" },
        { "const", "needs one number" },
        { "const:1:2", "needs one number" },
        { "const:abc", "needs one number" },
        { "const:NaN", "needs one number" },
        { "const:1e400", "needs one number" },
        { "const:0", "between 1 and" },
        { "const:2.5", "whole number" },
        { "const:2000000000", "between 1 and" },
        { "uniform:5:4", "minimum is above the maximum" },
        { "uniform:5", "needs 2 numbers" },
        { "geometric:0.5", "between 1 and" },
        { "lognormal:100:90", "below the mean" },
        { "lognormal:0:90", "below the mean" },
        { "lognormal:10:90:0", "the cap" },
        { "normal:10:0:1:9", "deviation positive" },
        { "normal:10:1:9:1", "minimum is above the maximum" },
        { "empirical:made-up", "needs a file and a column" },
        { "empirical:made-up#nothing", "no column 'nothing'" },
        { "empirical:absent#output", "absent is not there" },
        { "empirical:bad#output", "line 3: '-4' is below 1" },
        { "empirical:hollow#output", "no rows" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Mean_and_variance_are_those_of_the_cumulative_distribution(string text)
    {
        LengthDistribution lengths = Parse(text);
        double first = 0;
        double second = 0;
        for (long k = 0; k < lengths.Maximum && (k < 10 || lengths.CumulativeProbability((int)k) < 1 - 1e-14) && k < 3_000_000; k++)
        {
            double exceeds = 1 - lengths.CumulativeProbability((int)k);
            first += exceeds;
            second += ((2.0 * k) + 1) * exceeds;
        }

        Assert.Equal(first, lengths.Mean, (1e-6 * lengths.Mean) + 1e-9);
        Assert.Equal(second - (first * first), lengths.Variance, (1e-5 * second) + 1e-7);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Samples_have_the_stated_mean_and_range(string text)
    {
        LengthDistribution lengths = Parse(text);
        RandomStream dice = new(42);
        const int Count = 200_000;
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            int length = lengths.Sample(ref dice);
            Assert.InRange(length, lengths.Minimum, lengths.Maximum);
            sum += length;
        }

        Assert.Equal(lengths.Mean, sum / Count, (4.5 * Math.Sqrt(lengths.Variance / Count)) + 1e-9);
    }

    [Fact]
    public void Quantile_is_the_least_length_that_reaches_the_probability()
    {
        LengthDistribution[] all = [.. Examples.Select(row => Parse(row.Data))];
        Gen<(LengthDistribution Lengths, double P)> cases =
            from lengths in Gen.Elements(all)
            from p in Gen.Choose(1, 999_999).Select(n => n / 1_000_000.0)
            select (lengths, p);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int length = c.Lengths.Quantile(c.P);
            return c.Lengths.CumulativeProbability(length) >= c.P - 1e-9
                && (length == c.Lengths.Minimum || c.Lengths.CumulativeProbability(length - 1) <= c.P + 1e-9);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lognormal_keeps_the_stated_median_and_nearly_the_stated_mean()
    {
        LogNormalLength lengths = new(1020, 1500);
        Assert.Equal(1020, lengths.Quantile(0.5));
        Assert.Equal(1500, lengths.Mean, 0.01);
        Assert.True(new LogNormalLength(1020, 1500, 4000).Mean < 1500);
        Assert.Equal(4000, new LogNormalLength(1020, 1500, 4000).Quantile(0.9999));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said(string text, string expected)
    {
        Assert.False(LengthParser.TryParse(text, Files, out LengthDistribution? lengths, out string problem));
        Assert.Null(lengths);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Sampling_allocates_nothing()
    {
        LengthDistribution lengths = Parse("lognormal:100:250");
        RandomStream dice = new(1);
        int sum = lengths.Sample(ref dice);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            sum ^= lengths.Sample(ref dice);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEqual(0, sum);
    }

    private static LengthDistribution Parse(string text)
    {
        Assert.True(LengthParser.TryParse(text, Files, out LengthDistribution? lengths, out string problem), problem);
        return lengths;
    }

    private static MemoryStream Files(string name)
    {
        byte[] content = Encoding.UTF8.GetBytes(name switch
        {
            "made-up" => "prompt,output\r\n10,1\r\n20,5\r\n30,5\r\n40,9",
            "bad" => "output\n3\n-4\n",
            "hollow" => "output\n",
            _ => throw new FileNotFoundException(name + " is not there"),
        });
        if (name != "made-up")
        {
            return new MemoryStream(content);
        }

        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        packed.Position = 0;
        return packed;
    }
}

using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Tests.Arrivals;

public sealed class ArrivalTests
{
    public static TheoryData<string, ArrivalProcess> Good => new()
    {
        { "poisson:5", new PoissonArrivals(5) },
        { "gamma:2.5:3", new GammaArrivals(2.5, 3) },
        { "constant:0.1", new ConstantArrivals(0.1) },
        { "ramp:0:20:60", new RampArrivals(0, 20, 60) },
        { "closed:128", new ClosedArrivals(128) },
        { "backlog", new BacklogArrivals() },
        { "recorded", new RecordedArrivals() },
        { "recorded*1.5", new RecordedArrivals(1.5) },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Every_form_is_read(string text, ArrivalProcess expected)
    {
        Assert.True(ArrivalParser.TryParse(text, out ArrivalProcess? arrivals, out string problem), problem);
        Assert.Equal(expected, arrivals);
    }

    [Theory]
    [InlineData("", "is not an arrival process")]
    [InlineData("poisson", "is not an arrival process")]
    [InlineData("poisson:0", "the rate must be")]
    [InlineData("poisson:-1", "the rate must be")]
    [InlineData("poisson:NaN", "the rate must be")]
    [InlineData("poisson:1e300", "the rate must be")]
    [InlineData("gamma:5", "is not an arrival process")]
    [InlineData("gamma:5:0", "coefficient of variation")]
    [InlineData("gamma:x:1", "the rate must be")]
    [InlineData("ramp:1:2", "is not an arrival process")]
    [InlineData("ramp:-1:2:3", "the first rate")]
    [InlineData("ramp:1:0:3", "the rate must be")]
    [InlineData("ramp:1:2:0", "length of the ramp")]
    [InlineData("closed:0", "concurrency")]
    [InlineData("closed:1.5", "concurrency")]
    [InlineData("recorded*0", "factor")]
    [InlineData("recorded*", "factor")]
    [InlineData("backlog:3", "is not an arrival process")]
    public void What_is_wrong_is_said(string text, string expected)
    {
        Assert.False(ArrivalParser.TryParse(text, out ArrivalProcess? arrivals, out string problem));
        Assert.Null(arrivals);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("poisson:4", 4, 1)]
    [InlineData("gamma:4:0.5", 4, 0.5)]
    [InlineData("gamma:4:2", 4, 2)]
    [InlineData("gamma:4:5", 4, 5)]
    public void Gaps_have_the_stated_rate_and_variation(string text, double rate, double variation)
    {
        Assert.True(ArrivalParser.TryParse(text, out ArrivalProcess? arrivals, out _));
        OpenArrivals open = Assert.IsAssignableFrom<OpenArrivals>(arrivals);
        RandomStream dice = new(7);
        const int Count = 400_000;
        double squares = 0;
        Instant last = Instant.Zero;
        for (int i = 0; i < Count; i++)
        {
            Instant next = open.Next(last, i, ref dice);
            double gap = (next - last).Seconds;
            squares += gap * gap;
            last = next;
        }

        double mean = last.Seconds / Count;
        Assert.Equal(1 / rate, mean, 4.5 * variation / rate / Math.Sqrt(Count));
        Assert.Equal(variation, Math.Sqrt((squares / Count) - (mean * mean)) / mean, 0.05 * variation);
    }

    [Theory]
    [InlineData(0, 100, 20)]
    [InlineData(80, 20, 10)]
    [InlineData(50, 50.0000001, 10)]
    public void A_ramp_has_the_arrivals_of_its_area_in_each_half_and_stays_where_it_ends(double from, double to, double seconds)
    {
        const int Runs = 200;
        var ramp = new RampArrivals(from, to, seconds);
        double[] counts = new double[3];
        for (ulong seed = 0; seed < Runs; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("arrivals");
            Instant last = Instant.Zero;
            for (long i = 0; (last = ramp.Next(last, i, ref dice)).Seconds < 1.5 * seconds; i++)
            {
                counts[(int)(last.Seconds / (seconds / 2))]++;
            }
        }

        double middle = (from + to) / 2;
        double[] areas = [(from + middle) / 2 * seconds / 2, (middle + to) / 2 * seconds / 2, to * seconds / 2];
        for (int part = 0; part < counts.Length; part++)
        {
            Assert.Equal(areas[part], counts[part] / Runs, 4.5 * Math.Sqrt(areas[part] / Runs));
        }
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(3)]
    public void Weibull_and_gamma_gaps_have_mean_one_and_their_residuals_half_the_second_moment(double shape)
    {
        foreach (RenewalGaps gaps in new[] { RenewalGaps.Gamma(shape), RenewalGaps.Weibull(shape) })
        {
            RandomStream dice = new(11);
            const int Count = 400_000;
            (double sum, double squares, double residuals) = (0, 0, 0);
            for (int i = 0; i < Count; i++)
            {
                double gap = gaps.Sample(ref dice);
                sum += gap;
                squares += gap * gap;
                residuals += gaps.SampleResidual(ref dice);
            }

            Assert.Equal(1, sum / Count, 0.02);
            Assert.Equal(squares / Count / 2, residuals / Count, 0.05 * squares / Count);
        }
    }

    [Fact]
    public void Constant_arrivals_do_not_drift()
    {
        RandomStream dice = new(1);
        ConstantArrivals arrivals = new(3);
        Assert.Equal(Instant.Zero, arrivals.Next(Instant.Zero, 0, ref dice));
        Assert.Equal(new Instant(333_333_333), arrivals.Next(Instant.Zero, 1, ref dice));
        Assert.Equal(Instant.FromSeconds(1_000_000), arrivals.Next(Instant.Zero, 3_000_000, ref dice));
    }

    [Fact]
    public void Arrivals_stop_when_the_clock_runs_out()
    {
        List<InferenceRequest> requests = Draw.All(Generated(new ConstantArrivals(1e-6), 1_000_000));
        Assert.Equal(9224, requests.Count);
    }

    [Fact]
    public void Arrivals_replace_or_scale_the_times_of_a_trace()
    {
        RandomTree tree = new(5);
        Assert.Equal([0, 1, 3], Times(new RecordedArrivals().ApplyTo(Listed.At(0, 1, 3), tree)));
        Assert.Equal([0, 0.5, 1.5], Times(new RecordedArrivals(2).ApplyTo(Listed.At(0, 1, 3), tree)));
        Assert.Equal([0, 0.25, 0.5], Times(new ConstantArrivals(4).ApplyTo(Listed.At(0, 1, 3), tree)));
        Assert.Equal([0, 0, 0], Times(new BacklogArrivals().ApplyTo(Listed.At(0, 1, 3), tree)));
        Assert.Equal([0, 0, 0], Times(new ClosedArrivals(2).ApplyTo(Listed.At(0, 1, 3), tree)));
        Assert.Equal(
            Times(Generated(new PoissonArrivals(2), 3, tree)), Times(new PoissonArrivals(2).ApplyTo(Listed.At(9, 9, 9), tree)));
    }

    private static GeneratedSource Generated(OpenArrivals arrivals, long count, RandomTree? tree = null) =>
        new(arrivals, new ConstantLength(8), new ConstantLength(4), count, tree ?? new RandomTree(1));

    private static IEnumerable<double> Times(IRequestSource source) => Draw.All(source).Select(request => request.Arrival.Seconds);
}

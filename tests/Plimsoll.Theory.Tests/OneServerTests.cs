namespace Plimsoll.Theory.Tests;

/// <summary>One replica that serves one request at a time, first come, first served, against Pollaczek and Khinchine.</summary>
public class OneServerTests
{
    private const int RequestsPerRun = 20_000;

    [Theory]
    [InlineData(0.5, 11)]
    [InlineData(0.8, 12)]
    public void M_M_1(double utilization, ulong seed)
    {
        // Exponential service is the limit of geometric outputs of many short steps; W = 1 / (μ − λ). The formula takes the moments of the
        // geometric distribution itself, which at a mean of 1000 tokens moves W by less than a thousandth.
        var lengths = TokenLengths.Geometric(1000);
        double service = lengths.Mean * Queue.StepSeconds;
        double rate = utilization / service;
        Assert.Equal(1 / ((1 / service) - rate), TheoreticalSojourn(lengths, utilization), 0.001 * service / (1 - utilization));

        AssertSojourn(lengths, utilization, seed);
    }

    [Fact]
    public void M_M_1_makes_a_fraction_of_arrivals_wait_that_equals_the_utilization()
    {
        // Poisson arrivals see time averages, and the server is busy a fraction ρ of the time, whatever the service times.
        var lengths = TokenLengths.Geometric(1000);
        double rate = 0.6 / (lengths.Mean * Queue.StepSeconds);

        double[] waited = Interval.Replicate(13, random =>
            Queue.Run(Queue.Servers(1), lengths.Traffic(random, rate, RequestsPerRun), random).FractionWaited);

        Interval.AssertCovers(0.6, waited);
    }

    [Theory]
    [InlineData(0.5, 21)]
    [InlineData(0.8, 22)]
    public void M_D_1(double utilization, ulong seed)
    {
        // Constant service: the wait is half that of M/M/1, ρ E[S] / (2 (1 − ρ)).
        var lengths = TokenLengths.Constant(500);
        double service = 500 * Queue.StepSeconds;
        Assert.Equal(service + (utilization * service / (2 * (1 - utilization))), TheoreticalSojourn(lengths, utilization), 1e-9);

        AssertSojourn(lengths, utilization, seed);
    }

    [Theory]
    [InlineData(0.5, 31)]
    [InlineData(0.7, 32)]
    public void M_G_1_with_log_normal_outputs(double utilization, ulong seed)
    {
        var lengths = TokenLengths.LogNormal(median: 200, sigma: 0.9, longest: 8000);
        Assert.InRange(lengths.SquaredVariation, 1.1, 1.3);

        AssertSojourn(lengths, utilization, seed);
    }

    private static void AssertSojourn(TokenLengths lengths, double utilization, ulong seed)
    {
        double rate = utilization / (lengths.Mean * Queue.StepSeconds);

        double[] sojourns = Interval.Replicate(seed, random =>
            Queue.Run(Queue.Servers(1), lengths.Traffic(random, rate, RequestsPerRun), random).MeanSojournSeconds);

        Interval.AssertCovers(TheoreticalSojourn(lengths, utilization), sojourns);
    }

    private static double TheoreticalSojourn(TokenLengths lengths, double utilization)
    {
        double service = lengths.Mean * Queue.StepSeconds;
        double secondMoment = lengths.SecondMoment * Queue.StepSeconds * Queue.StepSeconds;
        return Formulas.MeanSojournOfOneServer(utilization / service, service, secondMoment);
    }
}

namespace Plimsoll.Theory.Tests;

/// <summary>
/// A replica whose step takes time in proportion to its batch shares one server among all: M/G/1 under processor sharing, in the limit of
/// short steps. An output is 20,000 tokens on average, so that waiting for a step boundary, at most one step of a batch, is
/// a few parts in 100,000 of the time in the system.
/// </summary>
public class ProcessorSharingTests
{
    private const int RequestsPerRun = 15_000;
    private const int MeanTokens = 20_000;
    private const double StepSeconds = 5e-5;

    [Theory]
    [InlineData(0.5, 51)]
    [InlineData(0.7, 52)]
    public void Constant_outputs_stay_for_the_service_over_what_is_left_of_the_server(double utilization, ulong seed) =>
        AssertSojourn(TokenLengths.Constant(MeanTokens), utilization, seed);

    [Theory]
    [InlineData(0.5, 53)]
    [InlineData(0.7, 54)]
    public void Outputs_of_another_distribution_with_that_mean_stay_equally_long(double utilization, ulong seed)
    {
        // Insensitivity: only the mean counts. First come, first served, the same outputs would wait more than three times as long.
        var lengths = TokenLengths.Either(shorter: 10_000, probability: 0.9, longer: 110_000);
        Assert.Equal(2.25, lengths.SquaredVariation, 1e-9);

        AssertSojourn(lengths, utilization, seed);
    }

    private static void AssertSojourn(TokenLengths lengths, double utilization, ulong seed)
    {
        Assert.Equal(MeanTokens, lengths.Mean, 1e-6);
        double service = MeanTokens * StepSeconds;
        double rate = utilization / service;

        double[] sojourns = Interval.Replicate(seed, random =>
            Queue.Run(Queue.SharedServer(StepSeconds), lengths.Traffic(random, rate, RequestsPerRun), random).MeanSojournSeconds);

        Interval.AssertCovers(Formulas.MeanSojournUnderSharing(rate, service), sojourns);
    }
}

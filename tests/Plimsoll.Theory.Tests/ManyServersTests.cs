namespace Plimsoll.Theory.Tests;

/// <summary>
/// Replicas with a window of one request are the servers of one central queue, the dispatcher's: M/M/c. Outputs are geometric, mean
/// 1000 tokens, whose squared variation is within a thousandth of the exponential's.
/// </summary>
public class ManyServersTests
{
    private const int RequestsPerRun = 20_000;

    [Theory]
    [InlineData(2, 0.7, 41)]
    [InlineData(5, 0.8, 42)]
    [InlineData(20, 0.9, 43)]
    public void M_M_c_waits_as_Erlang_says(int servers, double utilization, ulong seed)
    {
        var lengths = TokenLengths.Geometric(1000);
        double service = lengths.Mean * Queue.StepSeconds;
        double rate = servers * utilization / service;
        var waited = new List<double>();

        double[] waits = Interval.Replicate(seed, random =>
        {
            Experience experience = Queue.Run(Queue.Servers(servers, window: 1), lengths.Traffic(random, rate, RequestsPerRun), random);
            waited.Add(experience.FractionWaited);
            return experience.MeanWaitSeconds;
        });

        Interval.AssertCovers(Formulas.ProbabilityOfWaiting(servers, rate * service), [.. waited]);
        Interval.AssertCovers(service + Formulas.MeanWaitOfManyServers(servers, rate, service), [.. waits.Select(wait => service + wait)]);
    }

    [Fact]
    public void One_of_many_servers_is_M_M_1() =>
        Assert.Equal(0.8, Formulas.ProbabilityOfWaiting(1, 0.8), 1e-12);

    [Fact]
    public void Random_routing_splits_Poisson_arrivals_into_independent_queues()
    {
        // A Poisson stream split by independent coin tosses is Poisson again, so that each replica is an M/G/1 queue of its own.
        const int Servers = 4;
        const double Utilization = 0.6;
        var lengths = TokenLengths.Geometric(1000);
        double service = lengths.Mean * Queue.StepSeconds;
        double rate = Utilization / service;
        double theory = Formulas.MeanSojournOfOneServer(rate, service, lengths.SecondMoment * Queue.StepSeconds * Queue.StepSeconds);

        double[] sojourns = Interval.Replicate(44, random => Queue
            .Run(Queue.Servers(Servers, "random"), lengths.Traffic(random, Servers * rate, RequestsPerRun), random)
            .MeanSojournSeconds);

        Interval.AssertCovers(theory, sojourns);
    }
}

namespace Plimsoll.Theory.Tests;

/// <summary>
/// Supermarket model at a utilization of 0.9 (Mitzenmacher 2001; Winston 1977): two choices beat one, and the shortest queue beats two
/// choices. Reports are fresh, each replica serves one request at a time, and each router faces the same traffic.
/// </summary>
public class RoutingOrderTests
{
    private const int Servers = 10;
    private const double Utilization = 0.9;
    private const int RequestsPerRun = 10_000;

    [Fact]
    public void Two_choices_beat_one_and_the_shortest_queue_beats_two_choices()
    {
        double[] random = Sojourns("random");
        double[] twoChoices = Sojourns("power-of-two");
        double[] shortest = Sojourns("least-requests");

        Assert.True(Interval.Of(Less(random, twoChoices)).Low > 0, "two choices against one");
        Assert.True(Interval.Of(Less(twoChoices, shortest)).Low > 0, "the shortest queue against two choices");
    }

    private static double[] Less(double[] from, double[] values) => [.. from.Zip(values, (a, b) => a - b)];

    private static double[] Sojourns(string routing)
    {
        var lengths = TokenLengths.Geometric(1000);
        double rate = Servers * Utilization / (lengths.Mean * Queue.StepSeconds);
        return Interval.Replicate(61, random =>
            Queue.Run(Queue.Servers(Servers, routing), lengths.Traffic(random, rate, RequestsPerRun), random).MeanSojournSeconds);
    }
}

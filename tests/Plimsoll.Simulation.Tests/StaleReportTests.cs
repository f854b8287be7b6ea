using Plimsoll.Core;
using Plimsoll.Metrics.Sampling;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>What old reports do to a router that trusts them.</summary>
public class StaleReportTests
{
    [Fact]
    public void Least_requests_spreads_worse_when_reports_are_old()
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("traffic");
            InferenceRequest[] requests = PoissonTraffic.Of(ref dice, 70, 4000, PoissonTraffic.Constant(1), PoissonTraffic.Geometric(40));
            FleetScenario scenario = Fleets.Of(8, Fleets.Plain(), "least-requests");

            RecordedRun fresh = RecordedRun.Of(scenario, requests);
            RecordedRun stale = RecordedRun.Of(scenario with { ReportInterval = Duration.FromMilliseconds(2000) }, requests);

            double freshSpread = MeanSpread(fresh.Outcome.Series);
            double staleSpread = MeanSpread(stale.Outcome.Series);
            Assert.True(staleSpread > freshSpread, $"seed {seed}: spread {staleSpread} with old reports, {freshSpread} with fresh ones");
            Assert.True(stale.Outcome.Metrics.E2e.MeanSeconds > fresh.Outcome.Metrics.E2e.MeanSeconds, $"seed {seed}: latency");
        }
    }

    // Requests on the fullest replica less those on the emptiest, averaged over the samples.
    private static double MeanSpread(TimeSeries series) => Enumerable.Range(0, series.Fleet.Count).Average(i =>
    {
        int[] requests = [.. series.Lanes.Select(lane => lane[i].Running + lane[i].Waiting)];
        return requests.Max() - requests.Min();
    });
}

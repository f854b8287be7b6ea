using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Metrics.Tests.Reports;

/// <summary>Five requests whose every number can be checked by hand.</summary>
internal static class SmallRun
{
    public static readonly RequestTimeline[] Timelines =
    [
        Tests.Timelines.Completed(0, 0, 10, 100, 460, prompt: 200, output: 10, cached: 50),
        Tests.Timelines.Completed(1, 100, 100, 300, 1100, prompt: 100, output: 21, replica: 1, preemptions: 1),
        Tests.Timelines.Completed(2, 200, 250, 500, 500, prompt: 100, output: 1),
        Tests.Timelines.Rejected(3, 300, RejectReason.ExceedsKvCapacity),
        Tests.Timelines.Cancelled(4, 400, 700, delivered: 3),
    ];

    public static RunReport Report()
    {
        MetricsCollector metrics = new(Instant.Zero, new ServiceObjectives(Ttft: Duration.FromMilliseconds(250)));
        Tests.Timelines.Collect(Timelines, Tests.Timelines.Ms(2000), metrics);
        return RunReport.From(metrics) with
        {
            Title = "Small",
            Seed = 7,
            Kv = new KvSummary(0.25, 0.5, metrics.Preemptions, 1000, 16, 0.125),
            Batch = new BatchSummary(120, 1.5, 3, double.NaN),
            Energy = EnergySummary.Of(3500, 35, 2),
            Configuration = [new("routing", "least-requests"), new("replicas", "2")],
            Notes = ["Made up."],
            Replicas = [new(0, 2, 11, 0.5, 0.25, 0.5, 0.75) { Joules = 2000 }, new(1, 1, 21, 1, double.NaN, double.NaN, 1)],
            Wall = new WallSummary(0.5, 10, 1048576),
        };
    }
}

using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class CsvReportTests
{
    [Fact]
    public void Requests_are_written_to_the_nanosecond()
    {
        RequestTimeline odd = Tests.Timelines.Completed(7, 0, 0, 1, 2, prompt: 5, output: 2);
        odd.Finished += new Duration(1);
        using StringWriter output = new();
        CsvReport.WriteRequestHeader(output);
        foreach (RequestTimeline timeline in SmallRun.Timelines.Append(odd))
        {
            CsvReport.WriteRequest(output, in timeline);
        }

        Assert.Equal(
            "request_id,arrival_seconds,scheduled_seconds,first_token_seconds,finished_seconds,prompt_tokens,output_tokens,cached_tokens,"
            + "preemptions,replica,outcome,reject_reason,queue_seconds,ttft_seconds,tpot_seconds,e2e_seconds\n" +
            """
            0,0,0.01,0.1,0.46,200,10,50,0,0,completed,,0.01,0.1,0.04,0.46
            1,0.1,0.1,0.3,1.1,100,21,0,1,1,completed,,0,0.2,0.04,1
            2,0.2,0.25,0.5,0.5,100,1,0,0,0,completed,,0.05,0.3,,0.3
            3,0.3,,,0.3,100,0,0,0,,rejected,exceeds_kv_capacity,,,,
            4,0.4,0.4,0.4,0.7,100,3,0,0,0,cancelled,,,,,
            7,0,0,0.001,0.002000001,5,2,0,0,0,completed,,0,0.001,0.001000001,0.002000001

            """,
            output.ToString());
    }

    [Fact]
    public void Every_line_has_as_many_fields_as_the_header()
    {
        using StringWriter output = new();
        CsvReport.WriteRequestHeader(output);
        foreach (RequestTimeline timeline in Tests.Timelines.Random(seed: 1, count: 200))
        {
            CsvReport.WriteRequest(output, in timeline);
        }

        Assert.All(output.ToString().TrimEnd('\n').Split('\n'), line => Assert.Equal(16, line.Split(',').Length));
    }

    [Fact]
    public void The_fleet_over_time_leaves_unknown_fields_empty()
    {
        FleetSample[] samples =
        [
            new(Instant.Zero, 1, 2, 3, 0.25, new FlowTotals(4, 5, 6)),
            new(Tests.Timelines.Ms(1500), 0, 0, 0, double.NaN, new FlowTotals(7, 8, 9)),
        ];
        using StringWriter output = new();
        CsvReport.WriteTimeSeries(output, new TimeSeries(Duration.FromMilliseconds(1500), samples, [], 1));
        Assert.Equal(
            """
            time_seconds,running,waiting,queued,kv_utilization,arrivals,completed,output_tokens
            0,1,2,3,0.25,4,5,6
            1.5,0,0,0,,7,8,9

            """,
            output.ToString());
    }

    [Fact]
    public void Replicas_are_one_line_each()
    {
        using StringWriter output = new();
        CsvReport.WriteReplicas(output, SmallRun.Report().Replicas);
        Assert.Equal(
            """
            replica,requests,output_tokens,mean_running,kv_mean_utilization,kv_peak_utilization,busy_fraction,joules
            0,2,11,0.5,0.25,0.5,0.75,2000
            1,1,21,1,,,1,

            """,
            output.ToString());
    }
}

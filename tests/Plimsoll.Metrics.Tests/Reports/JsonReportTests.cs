using System.Text;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class JsonReportTests
{
    private const string Golden =
        """
        {
          "title": "Small",
          "requests": {
            "submitted": 5,
            "completed": 3,
            "rejected": 1,
            "failed": 0,
            "cancelled": 1,
            "in_flight": 0
          },
          "rejected_reasons": {
            "exceeds_kv_capacity": 1
          },
          "throughput": {
            "requests_per_second": 1.5,
            "output_tokens_per_second": 16,
            "prompt_tokens_per_second": 200,
            "total_tokens_per_second": 216,
            "goodput_requests_per_second": 1,
            "goodput_fraction": 0.6666666666666666
          },
          "ttft_seconds": {
            "mean": 0.2,
            "p50": 0.200015872,
            "p90": 0.280003174,
            "p95": 0.290001587,
            "p99": 0.298000317,
            "min": 0.1,
            "max": 0.3,
            "count": 3
          },
          "tpot_seconds": {
            "mean": 0.04,
            "p50": 0.04,
            "p90": 0.04,
            "p95": 0.04,
            "p99": 0.04,
            "min": 0.04,
            "max": 0.04,
            "count": 2
          },
          "e2e_seconds": {
            "mean": 0.5866666666666667,
            "p50": 0.459800576,
            "p90": 0.891960115,
            "p95": 0.945980058,
            "p99": 0.989196012,
            "min": 0.3,
            "max": 1,
            "count": 3
          },
          "queue_seconds": {
            "mean": 0.02,
            "p50": 0.010010624,
            "p90": 0.042002125,
            "p95": 0.046001062,
            "p99": 0.049200212,
            "min": 0,
            "max": 0.05,
            "count": 3
          },
          "kv": {
            "mean_utilization": 0.25,
            "peak_utilization": 0.5,
            "preemptions": 1,
            "evicted_tokens": 0,
            "lost_output_tokens": 0,
            "blocks_total": 1000,
            "block_tokens": 16,
            "prefix_hit_ratio": 0.125
          },
          "batch": {
            "steps": 120,
            "mean_running": 1.5,
            "peak_running": 3,
            "mean_step_seconds": null
          },
          "energy": {
            "joules": 3500,
            "joules_per_output_token": 100,
            "mean_watts": 1750
          },
          "duration_seconds": 2,
          "digest": "9bf47bb58a5236e5",
          "seed": 7,
          "partial": false,
          "configuration": {
            "routing": "least-requests",
            "replicas": "2"
          },
          "notes": [
            "Made up."
          ],
          "replicas": [
            {
              "replica": 0,
              "requests": 2,
              "output_tokens": 11,
              "mean_running": 0.5,
              "kv_mean_utilization": 0.25,
              "kv_peak_utilization": 0.5,
              "busy_fraction": 0.75,
              "joules": 2000
            },
            {
              "replica": 1,
              "requests": 1,
              "output_tokens": 21,
              "mean_running": 1,
              "kv_mean_utilization": null,
              "kv_peak_utilization": null,
              "busy_fraction": 1
            }
          ],
          "wall": {
            "seconds": 0.5,
            "requests_per_second": 10,
            "peak_memory_bytes": 1048576
          }
        }

        """;

    [Fact]
    public void A_small_report_is_this_document() => Assert.Equal(Golden, Text(SmallRun.Report()));

    [Fact]
    public void A_run_of_nothing_has_nulls_and_no_groups()
    {
        using JsonDocument json = JsonDocument.Parse(Text(SamplePages.Empty()));
        JsonElement root = json.RootElement;
        Assert.Equal(JsonValueKind.Null, root.GetProperty("ttft_seconds").GetProperty("p99").ValueKind);
        Assert.Equal(0, root.GetProperty("ttft_seconds").GetProperty("count").GetInt64());
        Assert.Equal(0, root.GetProperty("throughput").GetProperty("requests_per_second").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("throughput").GetProperty("goodput_fraction").ValueKind);
        Assert.True(root.GetProperty("partial").GetBoolean());
        Assert.False(root.TryGetProperty("kv", out _));
        Assert.False(root.TryGetProperty("wall", out _));
    }

    [Fact]
    public void Gaps_and_barriers_appear_when_measured()
    {
        LatencySketch gaps = new();
        gaps.Add(Duration.FromMilliseconds(20), 100);
        RunReport report = SmallRun.Report() with { Itl = LatencySummary.Of(gaps), Barrier = new BarrierSummary(12.5, 0.125) };
        using JsonDocument json = JsonDocument.Parse(Text(report));
        Assert.Equal(0.02, json.RootElement.GetProperty("itl_seconds").GetProperty("p99").GetDouble());
        Assert.Equal(0.125, json.RootElement.GetProperty("barrier").GetProperty("idle_fraction").GetDouble());
    }

    [Fact]
    public void Names_are_snake_case_and_text_survives()
    {
        RunReport report = SmallRun.Report() with { Title = "\"quoted\" <b> – ü\n" };
        using JsonDocument json = JsonDocument.Parse(Text(report));
        Assert.Equal(report.Title, json.RootElement.GetProperty("title").GetString());
        Assert.All(Names(json.RootElement), name => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", name));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Names(p.Value).Prepend(p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    private static string Text(RunReport report)
    {
        using MemoryStream stream = new();
        JsonReport.Write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

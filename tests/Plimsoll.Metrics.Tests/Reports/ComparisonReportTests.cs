using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class ComparisonReportTests
{
    private static readonly ComparedMetric Throughput = ComparedMetric.All[0];

    [Fact]
    public void Differences_are_paired_with_the_first_contender()
    {
        ComparisonReport report = Made();
        MeanEstimate difference = report.Difference(report.Runs[1], Throughput);
        Assert.Equal(-1, difference.Mean, 1e-12);
        Assert.True(difference.ExcludesZero);
        Assert.Equal(20, ComparisonReport.Estimate(report.Baseline, Throughput).Mean, 1e-12);
    }

    [Fact]
    public void Metrics_that_nobody_has_are_left_out()
    {
        string[] keys = [.. Made().Metrics.Select(metric => metric.Key)];
        Assert.Contains("kv.preemptions", keys);
        Assert.DoesNotContain("barrier.imbalance", keys);
    }

    [Fact]
    public void Contenders_must_have_run_equally_often()
    {
        ComparedRun once = new("once", [With(1)]);
        Assert.Throws<ArgumentException>(() => new ComparisonReport { Runs = [once, new ComparedRun("twice", [With(1), With(2)])] });
        Assert.Throws<ArgumentException>(() => new ComparisonReport { Runs = [] });
        Assert.Throws<ArgumentException>(() => new ComparisonReport { Runs = [new ComparedRun("never", [])] });
    }

    [Fact]
    public void Json_carries_means_intervals_and_differences()
    {
        using JsonDocument json = Json(Made());
        JsonElement root = json.RootElement;
        Assert.Equal("vllm", root.GetProperty("baseline").GetString());
        Assert.Equal(3, root.GetProperty("replications").GetInt32());
        JsonElement first = root.GetProperty("runs")[0];
        Assert.Equal(3, first.GetProperty("digests").GetArrayLength());
        JsonElement mean = first.GetProperty("metrics").GetProperty(Throughput.Key);
        Assert.Equal(20, mean.GetProperty("mean").GetDouble());
        Assert.Equal(20 - (4.302653 * 10 / Math.Sqrt(3)), mean.GetProperty("ci95")[0].GetDouble(), 1e-5);
        JsonElement difference = root.GetProperty("differences")[0].GetProperty("metrics").GetProperty(Throughput.Key);
        Assert.Equal(-0.05, difference.GetProperty("relative").GetDouble(), 1e-12);
        Assert.True(difference.GetProperty("excludes_zero").GetBoolean());
    }

    [Fact]
    public void One_replication_has_no_interval()
    {
        ComparisonReport report = new() { Runs = [new ComparedRun("a", [With(1)]), new ComparedRun("b", [With(2)])] };
        using JsonDocument json = Json(report);
        JsonElement metric = json.RootElement.GetProperty("differences")[0].GetProperty("metrics").GetProperty(Throughput.Key);
        Assert.Equal(JsonValueKind.Null, metric.GetProperty("ci95").ValueKind);
        Assert.Equal(1, metric.GetProperty("mean").GetDouble());
    }

    [Fact]
    public void Text_sets_contenders_side_by_side()
    {
        using StringWriter output = new();
        ComparisonText.Write(Made(), output);
        string[] lines = output.ToString().Split('\n');
        Assert.Equal("Two contenders", lines[0]);
        Assert.Matches("^ +vllm +mc-sf$", lines[2]);
        Assert.Matches(@"^  requests/s +20 ± 24\.8 +19 ± 24\.8$", lines[3]);
        Assert.Contains(lines, line => line == "Difference from vllm, 3 paired replications");
        Assert.Contains(lines, line => line.StartsWith("  requests/s", StringComparison.Ordinal) && line.EndsWith('*'));
        Assert.Equal(lines[3].Length, lines[4].Length);
    }

    private static ComparisonReport Made() => new()
    {
        Title = "Two contenders",
        Runs =
        [
            new ComparedRun("vllm", [With(10), With(20), With(30)]),
            new ComparedRun("mc-sf", [With(9.01), With(19), With(28.99)]),
        ],
    };

    private static RunReport With(double requestsPerSecond)
    {
        RunReport small = SmallRun.Report();
        return small with { Throughput = small.Throughput with { RequestsPerSecond = requestsPerSecond } };
    }

    private static JsonDocument Json(ComparisonReport report)
    {
        using MemoryStream stream = new();
        ComparisonJson.Write(report, stream);
        return JsonDocument.Parse(stream.ToArray());
    }
}

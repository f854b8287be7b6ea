using System.Text.Json;
using Plimsoll.Testing;
using Plimsoll.Workloads.Statistics;
using Plimsoll.Workloads.Traces;
using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Workloads.Tests.Statistics;

/// <summary>Statistics of the recorded traces against numbers computed by somebody else's program.</summary>
public sealed class RecordedTraceTests
{
    // What the list says about answers, not about requests, and what is the name and not a number.
    private static readonly string[] OfAnswers =
    [
        "ttft_s_p50", "ttft_null", "ttft_ms_mean", "ttft_ms_p50", "ttft_ms_p99", "tpot_ms_mean", "tpot_ms_p99", "e2e_s_mean",
        "out_tok_per_s",
    ];

    [Fact]
    public void Every_recorded_trace_is_read_cleanly_and_has_the_published_statistics()
    {
        string data = SharedData.PathOf("");
        int compared = 0;
        foreach (JsonElement entry in Published(data).Where(entry => !entry.TryGetProperty("clients", out _)))
        {
            string name = entry.GetProperty("name").GetString()!;
            using FileStream stream = File.OpenRead(Path.Combine(data, name));
            TraceProblems problems = new();
            ITraceSource? source = TraceReader.Open(name, stream, new TraceOptions(), problems);
            Assert.NotNull(source);
            Dictionary<string, double> ours = new(TraceStatisticsCollector.Of(source).Named());
            Assert.Empty(problems.Kept);
            compared += Compare(name, entry, ours);
        }

        Assert.Equal(226, compared);
    }

    [Fact]
    public void Every_recorded_workload_model_has_the_published_statistics()
    {
        string data = SharedData.PathOf("");
        int compared = 0;
        foreach (JsonElement entry in Published(data).Where(entry => entry.TryGetProperty("clients", out _)))
        {
            string name = entry.GetProperty("name").GetString()!;
            TraceProblems problems = new();
            ServeGenModel? model = ServeGenModel.Read(new DiskFolder(Path.Combine(data, name)), problems);
            Assert.NotNull(model);
            Assert.Empty(problems.Kept);
            ServeGenStatistics statistics = ServeGenStatistics.Of(model);
            compared += Compare(name, entry, Named(statistics));
            compared += Compare(name, entry.GetProperty("input"), Named(statistics.Prompt));
            compared += Compare(name, entry.GetProperty("output"), Named(statistics.Output));
        }

        Assert.Equal(3 * 18, compared);
    }

    private static JsonElement[] Published(string data) =>
        [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "stats.json"))).RootElement.EnumerateArray()];

    private static Dictionary<string, double> Named(ServeGenStatistics statistics) => new()
    {
        ["clients"] = statistics.Clients,
        ["windows"] = statistics.Windows,
        ["requests_est"] = statistics.RequestsEstimated,
        ["mean_rate_rps"] = statistics.MeanRate,
        ["peak_rate_rps"] = statistics.PeakRate,
        ["peak_over_mean"] = statistics.PeakOverMean,
        ["client_window_cv_p50"] = statistics.ClientWindowVariationP50,
        ["client_window_cv_p90"] = statistics.ClientWindowVariationP90,
    };

    private static Dictionary<string, double> Named(LengthSummary lengths) => new()
    {
        ["mean"] = lengths.Mean,
        ["std"] = lengths.StandardDeviation,
        ["p50"] = lengths.P50,
        ["p90"] = lengths.P90,
        ["p99"] = lengths.P99,
    };

    // Equal to within half a unit of the last digit printed. The estimate of requests was cut, not rounded, from a sum of fractions.
    private static int Compare(string name, JsonElement published, Dictionary<string, double> ours)
    {
        int compared = 0;
        foreach (JsonProperty property in published.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Number))
        {
            if (OfAnswers.Contains(property.Name))
            {
                continue;
            }

            string digits = property.Value.GetRawText();
            int point = digits.IndexOf('.', StringComparison.Ordinal);
            int decimals = point < 0 ? 0 : digits.Length - point - 1;
            double tolerance = property.Name == "requests_est" ? 1 : (0.5 * Math.Pow(10, -decimals)) + 1e-9;
            double value = ours[property.Name];
            Assert.True(Math.Abs(value - property.Value.GetDouble()) <= tolerance, $"{name} {property.Name}: {value} instead of {digits}");
            compared++;
        }

        return compared;
    }
}

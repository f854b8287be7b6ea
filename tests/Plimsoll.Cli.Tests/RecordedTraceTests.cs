using System.Globalization;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>What the program says about the recorded traces against numbers that somebody else's program computed.</summary>
public sealed class RecordedTraceTests
{
    // What the list says about answers, which are not part of a trace.
    private static readonly string[] OfAnswers =
    [
        "ttft_s_p50", "ttft_null", "ttft_ms_mean", "ttft_ms_p50", "ttft_ms_p99", "tpot_ms_mean", "tpot_ms_p99", "e2e_s_mean",
        "out_tok_per_s",
    ];

    [Fact]
    public void Info_prints_the_published_statistics()
    {
        string data = DataFolder();
        using var published = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "stats.json")));
        JsonElement[] entries = [.. published.RootElement.EnumerateArray()];
        string[] names = [.. entries.Select(entry => entry.GetProperty("name").GetString()!)];
        CliResult info = Cli.Run(data, _ => { }, ["trace", "info", "--json", .. names]).Succeeded();
        JsonElement[] ours = [.. info.Json.GetProperty("traces").EnumerateArray()];
        Assert.Equal(names, ours.Select(trace => trace.GetProperty("name").GetString()!));
        Assert.Equal(280, entries.Zip(ours).Sum(pair => Compare(pair.First.GetProperty("name").GetString()!, pair.First, pair.Second)));
    }

    // Equal to within half a unit of the last digit printed. The estimate of requests was cut, not rounded, from a sum of fractions.
    private static int Compare(string name, JsonElement published, JsonElement ours)
    {
        int compared = 0;
        foreach (JsonProperty property in published.EnumerateObject().Where(property => !OfAnswers.Contains(property.Name)))
        {
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                compared += Compare($"{name} {property.Name}", property.Value, ours.GetProperty(property.Name));
            }
            else if (property.Value.ValueKind == JsonValueKind.Number)
            {
                string digits = property.Value.GetRawText();
                int point = digits.IndexOf('.', StringComparison.Ordinal);
                double half = 0.5 * Math.Pow(10, point < 0 ? 0 : point + 1 - digits.Length);
                double value = ours.GetProperty(property.Name).GetDouble();
                double tolerance = property.Name == "requests_est" ? 1 : half + 1e-9;
                bool close = Math.Abs(value - property.Value.GetDouble()) <= tolerance;
                Assert.True(close, string.Create(CultureInfo.InvariantCulture, $"{name} {property.Name}: {value} instead of {digits}"));
                compared++;
            }
        }

        return compared;
    }

    private static string DataFolder()
    {
        string? shared = Environment.GetEnvironmentVariable("PLIMSOLL_SHARED");
        string folder = Path.Combine(string.IsNullOrEmpty(shared) ? Path.Combine(Testing.Repository.Root, "..", "shared") : shared, "data");
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder, "stats.json")),
            "the recorded traces (shared/data beside the repository, or in PLIMSOLL_SHARED) are not here");
        return Path.GetFullPath(folder);
    }
}

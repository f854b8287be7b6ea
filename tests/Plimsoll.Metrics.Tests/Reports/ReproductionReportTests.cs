using System.Text;
using System.Text.Json;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Tests.Reports;

/// <summary>Experiments beside what was printed, as text, JSON and a page.</summary>
public sealed class ReproductionReportTests
{
    [Fact]
    public void A_ratio_is_paired_seed_by_seed()
    {
        var ratio = PairedRatio.Of("base", [2.0, 30.0], [1.0, 10.0]);

        // The mean of 2 and 3, not 32 over 11.
        Assert.Equal(2.5, ratio.Mean.Mean, 12);
        Assert.Equal((2.0, 3.0), (ratio.Least, ratio.Greatest));
        Assert.Equal(12.706204736 / 2, ratio.Mean.HalfWidth, 6);
        Assert.Throws<ArgumentException>(() => PairedRatio.Of("base", [1.0], [1.0, 2.0]));
    }

    [Fact]
    public void The_table_shows_ours_beside_the_printed_number()
    {
        string[] lines = Text(Report()).Split('\n');

        Assert.Contains("  mc-sf         M=40     latency, rounds  3 ± 12.7  1.500 ± 0.000  1.500     1.500    1.005", lines);
        Assert.Contains("  g (livelock)  M=40     latency, rounds         –                                        -", lines);
        Assert.Contains("  ± is half the 95 % interval over 2 seeds; ratios are to optimum, seed by seed.", lines);
        Assert.Contains("  mc-sf, M=40: smaller instances", lines);
        Assert.Contains("  does not hold: near the optimum; 1.5", lines);
        Assert.Contains("  not run: no data", lines);
    }

    [Fact]
    public void The_document_has_null_where_there_is_nothing()
    {
        using var stream = new MemoryStream();
        ReproductionJson.Write(Report(), stream);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement[] experiments = [.. document.RootElement.GetProperty("experiments").EnumerateArray()];
        JsonElement[] rows = [.. experiments[0].GetProperty("rows").EnumerateArray()];

        Assert.Equal(1.5, rows[0].GetProperty("ratio").GetProperty("mean").GetDouble());
        Assert.Equal("1.005", rows[0].GetProperty("printed").GetString());
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("mark").ValueKind);
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("mean").ValueKind);
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("ratio").ValueKind);
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("printed").ValueKind);
        Assert.Equal("livelock", rows[1].GetProperty("mark").GetString());
        Assert.Equal(JsonValueKind.Null, experiments[0].GetProperty("skipped").ValueKind);
        Assert.Equal("no data", experiments[1].GetProperty("skipped").GetString());
        Assert.False(experiments[0].GetProperty("claims")[0].GetProperty("holds").GetBoolean());
        Assert.Equal((byte)'\n', stream.ToArray()[^1]);
    }

    [Fact]
    public void The_page_draws_what_has_a_baseline_and_escapes_names()
    {
        var writer = new StringWriter();
        ReproductionHtml.Write(Report() with { Partial = true }, writer);
        string page = writer.ToString();

        Assert.Single(page.Split("<figure>").Skip(1));
        Assert.Contains("mc-sf +50 %", page, StringComparison.Ordinal);
        Assert.Contains("a &lt;b&gt; title", page, StringComparison.Ordinal);
        Assert.DoesNotContain("a <b> title", page, StringComparison.Ordinal);
        Assert.Contains("This was cut short", page, StringComparison.Ordinal);
        Assert.Contains("Not run: no data", page, StringComparison.Ordinal);
    }

    private static string Text(ReproductionReport report)
    {
        var writer = new StringWriter(new StringBuilder()) { NewLine = "\n" };
        ReproductionText.Write(report, writer);
        return writer.ToString();
    }

    private static ReproductionReport Report()
    {
        var experiment = new ReproducedExperiment
        {
            Name = "small",
            Title = "a <b> title",
            Source = "somebody",
            Published = "1.005",
            Seeds = 2,
            Setting = [new("kv_tokens", "40")],
            Rows =
            [
                ReproducedRow.Against("optimum", [4.0 / 3, 8.0 / 3], "mc-sf", "M=40", "latency, rounds", [2.0, 4.0]) with
                {
                    Printed = "1.005",
                    Remark = "smaller instances",
                },
                new ReproducedRow("g", "M=40", "latency, rounds", MeanEstimate.Of([])) { Mark = "livelock" },
            ],
            Claims = [new ReproducedClaim("near the optimum", false, "1.5")],
        };
        return new ReproductionReport([experiment, experiment with { Name = "none", Rows = [], Claims = [], Skipped = "no data" }], 1, 0.5);
    }
}

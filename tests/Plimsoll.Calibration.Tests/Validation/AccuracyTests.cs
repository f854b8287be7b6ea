using Plimsoll.Calibration.Validation;
using Plimsoll.Calibration.Validation.Reports;
using Plimsoll.Metrics.Reports;
using Plimsoll.Testing;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>
/// No accuracy gets worse. With PLIMSOLL_UPDATE_DOCS=1 in the environment the stored errors and docs/accuracy.md are made anew; look at
/// what changed before you keep it.
/// </summary>
public class AccuracyTests
{
    // Descents of a fit end in slightly different places where elementary functions round differently; nothing else varies.
    private const double SlackOfFits = 0.01;
    private const double Slack = 0.001;

    [Fact]
    public void No_error_is_larger_than_the_stored_one()
    {
        ValidationReport report = MeasuredAccuracy.Report;
        if (Environment.GetEnvironmentVariable("PLIMSOLL_UPDATE_DOCS") == "1")
        {
            StoredAccuracy.Write(report.Rows);
            File.WriteAllText(Repository.PathOf("docs/accuracy.md"), AccuracyPage.Render(report));
        }

        // Other data in the same folder give other rows, or rows of other numbers of points: they have no stored error.
        var now = report.Rows.ToDictionary(row => StoredAccuracy.Of(row).Key);
        int compared = 0;
        List<string> worse = [];
        foreach (StoredAccuracy stored in StoredAccuracy.Read())
        {
            if (now.TryGetValue(stored.Key, out ValidationRow? row))
            {
                compared++;
                double slack = row.Prediction == ValidationRow.FromFit ? SlackOfFits : Slack;
                if (row.Miss > stored.Miss + slack)
                {
                    worse.Add($"{row.Dataset} {row.Prediction} {row.Metric}: {row.Error:0.0000} where {stored.Error:0.0000} is stored");
                }
            }
        }

        Assert.True(worse.Count == 0, string.Join('\n', worse));
        Assert.True(compared > 0, "none of the stored rows could be compared");
    }

    [Theory]
    [InlineData("ttft_seconds_mean", 0.05)]
    [InlineData("tpot_seconds_mean", 0.02)]
    [InlineData("e2e_seconds_mean", 0.03)]
    public void Replays_fitted_on_their_first_half_meet_the_bars_on_the_second(string metric, double bar)
    {
        ValidationRow[] rows =
        [
            .. MeasuredAccuracy.Report.Rows
                .Where(row => row.Prediction == ValidationRow.FromFit && row.Metric == metric)
                .Where(row => row.Dataset.StartsWith("llmservingsim_vllm/RTXPRO6000/", StringComparison.Ordinal)),
        ];

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.InRange(row.Error, -bar, bar));
    }

    [Fact]
    public void Bounds_hold() =>
        Assert.All(MeasuredAccuracy.Report.Rows.Where(row => row.IsBound), row => Assert.True(row.Miss == 0, row.ToString()));

    [Fact]
    public void The_page_says_what_is_stored()
    {
        string page = File.ReadAllText(Repository.PathOf("docs/accuracy.md"));

        Assert.All(ValidationList.All, entry => Assert.Contains($"## {entry.Name}\n", page, StringComparison.Ordinal));
        foreach (StoredAccuracy row in StoredAccuracy.Read())
        {
            string name = row.Dataset[(row.Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..];
            string line = page.Split('\n').Single(text => text.StartsWith($"| {name} | {row.Prediction} | {row.Metric} |", StringComparison.Ordinal));
            string shown = line.Split('|')[6].Trim();
            Assert.Equal(Units.SignedPercent(row.Error), shown);
        }
    }
}

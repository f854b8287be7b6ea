using System.Globalization;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Calibration.Validation.Silicon;

/// <summary>
/// Served configurations in a closed loop: the loop is simulated on the catalogue's engine, and mean TTFT and TPOT are compared.
/// </summary>
public static class SiliconData
{
    private const double ShortestShare = 0.8;

    /// <summary>The data set.</summary>
    public static ValidationEntry Entry { get; } = new(
        "aiconfigurator_silicon", "Served configurations on H100, B200, GB200 and others, closed loops (silicon samples)", Read);

    private static Func<PerformanceCatalog, ValidatedData> Read(IReadOnlyList<MeasuredFile> files, List<InputProblem> problems)
    {
        List<SiliconRow> rows =
            [.. files.Where(file => file.Name.EndsWith(".csv", StringComparison.Ordinal)).SelectMany(file => SiliconRow.Read(file, problems))];
        return catalog => Predict(rows, catalog);
    }

    private static ValidatedData Predict(List<SiliconRow> rows, PerformanceCatalog catalog)
    {
        List<Outcome> outcomes = [];
        SortedDictionary<string, int> left = new(StringComparer.Ordinal);
        foreach (SiliconRow row in rows)
        {
            SiliconEngine engine = row.Aggregated ? SiliconEngine.Of(row, catalog) : new(null, "disaggregated serving is not modelled");
            if (engine.Replica is null || !(row.TtftSeconds > 0) || !(row.TpotSeconds > 0))
            {
                string reason = engine.Problem.Length > 0 ? engine.Problem : "latencies of zero were measured";
                left[reason] = left.GetValueOrDefault(reason) + 1;
                continue;
            }

            (double ttft, double tpot) = ClosedLoop.Run(
                engine.Replica, row.Concurrency, Lengths(row.PromptTokens, row), Lengths(row.OutputTokens, row), new RandomTree(1));
            outcomes.Add(new Outcome(row, ttft, tpot));
        }

        string[] reasons = [.. left.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value:#,0} rows left out: {pair.Key}."))];
        return new ValidatedData
        {
            Rows = [.. outcomes.GroupBy(outcome => outcome.Group).OrderBy(group => group.Key, StringComparer.Ordinal).SelectMany(RowsOf)],
            Parameters =
            [
                new ReportEntry("silicon: step time", "roofline of the catalogue, weights as named, cache in 16 bit"),
                new ReportEntry("silicon: scheduler", "vLLM's of the release named, of 0.19 for the other engines; default budget; no prefix caching"),
                new ReportEntry("silicon: loop", $"{ClosedLoop.Rounds} requests a place; public sweeps draw lengths from {ShortestShare} to 1 of the nominal"),
            ],
            Notes =
            [
                "Not modelled: multi-token prediction, which some DeepSeek rows may use; kernels and schedulers of SGLang and TensorRT-LLM; HTTP and tokenizers.",
                "Whether a measured value is a mean or a median is not stated; means are predicted.",
                .. reasons,
            ],
            Pictures =
            [
                new AgreementPicture("Served configurations: TPOT", "TPOT", [.. outcomes.Select(each => (each.Tpot, each.Row.TpotSeconds))]),
                new AgreementPicture("Served configurations: TTFT", "TTFT", [.. outcomes.Select(each => (each.Ttft, each.Row.TtftSeconds))]),
            ],
        };
    }

    private static LengthDistribution Lengths(int nominal, SiliconRow row) =>
        row.DrawsLengths ? new UniformLength(Math.Max(1, (int)(ShortestShare * nominal)), nominal) : new ConstantLength(nominal);

    private static IEnumerable<ValidationRow> RowsOf(IGrouping<string, Outcome> group)
    {
        Outcome[] all = [.. group];
        yield return Row("ttft_seconds", each => (each.Ttft, each.Row.TtftSeconds));
        yield return Row("tpot_seconds", each => (each.Tpot, each.Row.TpotSeconds));
        yield return Row("e2e_seconds", each => (E2e(each, each.Ttft, each.Tpot), E2e(each, each.Row.TtftSeconds, each.Row.TpotSeconds)));

        ValidationRow Row(string metric, Func<Outcome, (double, double)> pair) =>
            ValidationRow.OfMany(group.Key, ValidationRow.FromCatalogue, metric, [.. all.Select(pair)]);
    }

    private static double E2e(Outcome outcome, double ttft, double tpot) => ttft + (tpot * (outcome.Row.OutputTokens - 1));

    private sealed record Outcome(SiliconRow Row, double Ttft, double Tpot)
    {
        public string Group { get; } =
            $"aiconfigurator_silicon/{Row.System}/{Row.Backend}/{Row.Model[(Row.Model.LastIndexOf('/') + 1)..]}/{(Row.Weights.Length > 0 ? Row.Weights : "unstated")}";
    }
}

using System.Globalization;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Calibration.Validation.Silicon;

/// <summary>
/// Served configurations in a closed loop: the loop is simulated on the catalogue's engine, and mean TTFT and TPOT are compared.
/// </summary>
public static class SiliconData
{
    private const double ShortestShare = 0.8;

    // In a closed loop what follows what does not depend on how long it takes: with steps of a second, seconds count steps.
    private static readonly ConstantStepTime OneSecond = new(1);

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
                string reason = engine.Problem.Length > 0 ? engine.Problem : "a latency is zero or not stated";
                left[reason] = left.GetValueOrDefault(reason) + 1;
                continue;
            }

            outcomes.Add(new Outcome(row, Loop(engine.Replica, row), Loop(engine.Replica with { StepTime = OneSecond }, row)));
        }

        string[] reasons = [.. left.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value:#,0} rows left out: {pair.Key}."))];
        List<CostedConfiguration> found = [.. outcomes.Select(outcome => outcome.Costed)];
        List<ReportEntry> parameters =
        [
            new("silicon: step time", "roofline of the catalogue, weights as named, cache in 16 bit"),
            new("silicon: scheduler", "vLLM's of the release named, of 0.19 for the other engines; default budget; no prefix caching"),
            new("silicon: loop", $"{ClosedLoop.Rounds} requests a place; public sweeps draw lengths from {ShortestShare} to 1 of the nominal"),
        ];
        return new ValidatedData
        {
            Rows = [.. CostedRows.FromCatalogue(found), .. CostedRows.FromFits("silicon", found, parameters)],
            Parameters = parameters,
            Notes =
            [
                CostedRows.Declared,
                "Not modelled: multi-token prediction, which some DeepSeek rows may use; kernels and schedulers of SGLang and TensorRT-LLM; HTTP and tokenizers.",
                "Whether a measured value is a mean or a median is not stated; means are predicted.",
                .. reasons,
            ],
            Pictures =
            [
                new AgreementPicture("Served configurations: TPOT", "TPOT", [.. outcomes.Select(each => (each.Seconds.Tpot, each.Row.TpotSeconds))]),
                new AgreementPicture("Served configurations: TTFT", "TTFT", [.. outcomes.Select(each => (each.Seconds.Ttft, each.Row.TtftSeconds))]),
            ],
        };
    }

    private static LengthDistribution Lengths(int nominal, SiliconRow row) =>
        row.DrawsLengths ? new UniformLength(Math.Max(1, (int)(ShortestShare * nominal)), nominal) : new ConstantLength(nominal);

    private static (double Ttft, double Tpot) Loop(ReplicaConfiguration replica, SiliconRow row) => ClosedLoop.Run(
        replica, row.Concurrency, Lengths(row.PromptTokens, row), Lengths(row.OutputTokens, row), new RandomTree(1));

    private sealed record Outcome(SiliconRow Row, (double Ttft, double Tpot) Seconds, (double Ttft, double Tpot) Steps)
    {
        public CostedConfiguration Costed => new(
            $"{Row.Backend} on {Row.System}",
            $"{Row.Model} {Row.Weights} {Row.TensorParallel} {Row.AttentionRanks} {Row.PromptTokens} {Row.OutputTokens} {Row.Concurrency}",
            $"aiconfigurator_silicon/{Row.System}/{Row.Backend}/{ModelName}/{(Row.Weights.Length > 0 ? Row.Weights : "unstated")}",
            [
                ("ttft_seconds", new CostedLatency(Seconds.Ttft, Steps.Ttft, Requests: 1, Row.TtftSeconds)),
                ("tpot_seconds", new CostedLatency(Seconds.Tpot, Steps.Tpot, Requests: 0, Row.TpotSeconds)),
                ("e2e_seconds", new CostedLatency(E2e(Seconds), E2e(Steps), Requests: 1, E2e((Row.TtftSeconds, Row.TpotSeconds)))),
            ]);

        private string ModelName => Row.Model[(Row.Model.LastIndexOf('/') + 1)..];

        private double E2e((double Ttft, double Tpot) latency) => latency.Ttft + (latency.Tpot * (Row.OutputTokens - 1));
    }
}

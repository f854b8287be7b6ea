using System.Globalization;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Validation.Splitwise;

/// <summary>
/// Static batches of Llama-2-70B on DGX-A100 and DGX-H100 in a 2023 research engine: the prompt step and the mean decode step against the
/// roofline. The engine launches every kernel from the host, which the roofline with captured graphs does not.
/// </summary>
public static class SplitwiseData
{
    // A derived row, not a measurement: prompt times of the H100 times 1.3.
    private const string NotMeasured = "h100-80gb-pcap";

    // Beyond this, generation stopped early.
    private const int MostOutputTokens = 256;

    /// <summary>The data set.</summary>
    public static ValidationEntry Entry { get; } = new(
        "splitwise", "Llama-2-70B on DGX-A100 and DGX-H100, static batches (Splitwise)", Read);

    private static Func<PerformanceCatalog, ValidatedData> Read(IReadOnlyList<MeasuredFile> files, List<InputProblem> problems)
    {
        List<SplitwiseRow> rows =
            [.. files.Where(file => file.Name.EndsWith(".csv", StringComparison.Ordinal)).SelectMany(file => SplitwiseRow.Read(file, problems))];
        return catalog => Predict(rows, catalog);
    }

    private static ValidatedData Predict(List<SplitwiseRow> rows, PerformanceCatalog catalog)
    {
        List<CostedConfiguration> found = [];
        SortedDictionary<string, int> left = new(StringComparer.Ordinal);
        foreach (SplitwiseRow row in rows.Where(row => row.Hardware != NotMeasured && row.OutputTokens is > 1 and <= MostOutputTokens))
        {
            if (!(row.TokenSeconds > 0 && row.PromptSeconds > 0))
            {
                Leave("a time is zero");
                continue;
            }

            if (KnownNames.Gpu(catalog, row.Hardware) is not { } gpu)
            {
                Leave($"GPU {row.Hardware} is not in the catalogue");
                continue;
            }

            if (KnownNames.Model(catalog, row.Model) is not { } model)
            {
                Leave($"model {row.Model} is not in the catalogue");
                continue;
            }

            var inputs = new RooflineInputs
            {
                Gpu = gpu,
                Model = model.Architecture,
                WeightFormat = WeightFormat.Fp16,
                TensorParallel = row.TensorParallel,
            };
            if (inputs.Problems() is { Count: > 0 } problems)
            {
                Leave(problems[0]);
                continue;
            }

            var stepTime = new RooflineStepTime(inputs);
            string name = string.Create(CultureInfo.InvariantCulture, $"splitwise/{gpu.Id}/{model.Id}/tp{row.TensorParallel}");
            found.Add(new CostedConfiguration(
                gpu.Id,
                $"{name} {row.PromptTokens} {row.Batch} {row.OutputTokens}",
                name,
                [
                    ("ttft_seconds", new CostedLatency(Prompt(stepTime, row), Steps: 1, Requests: 1, row.PromptSeconds)),
                    ("tpot_seconds", new CostedLatency(Token(stepTime, row), Steps: 1, Requests: 0, row.TokenSeconds)),
                ]));
        }

        List<ReportEntry> parameters =
            [new("splitwise: weights and cache", "16 bit"), new("splitwise: step time", "roofline of the catalogue")];
        return new ValidatedData
        {
            Rows = [.. CostedRows.FromCatalogue(found), .. CostedRows.FromFits("splitwise", found, parameters)],
            Parameters = parameters,
            Notes =
            [
                CostedRows.Declared,
                $"{NotMeasured} is left out, because its numbers were computed; so are outputs beyond {MostOutputTokens} tokens, which stopped early.",
                "Not modelled from the catalogue: this engine launches every kernel from the host, so that a decode step takes as long on 8 GPUs as on 4. The fit finds that as its least step.",
                .. left.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value:#,0} rows left out: {pair.Key}.")),
            ],
            Pictures =
            [
                new AgreementPicture(
                    "Splitwise: decode steps",
                    "seconds a token",
                    [.. found.Select(each => each.Latencies[1].Latency).Select(each => (each.RooflineSeconds, each.MeasuredSeconds))]),
            ],
        };

        void Leave(string reason) => left[reason] = left.GetValueOrDefault(reason) + 1;
    }

    private static double Prompt(RooflineStepTime stepTime, in SplitwiseRow row) =>
        new StaticBatch(stepTime, row.Batch).PromptSeconds(row.PromptTokens, int.MaxValue);

    private static double Token(RooflineStepTime stepTime, in SplitwiseRow row) =>
        new StaticBatch(stepTime, row.Batch).DecodeSeconds(row.PromptTokens, row.OutputTokens) / (row.OutputTokens - 1);
}

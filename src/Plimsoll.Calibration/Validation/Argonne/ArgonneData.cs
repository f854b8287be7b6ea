using System.Globalization;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Validation.Argonne;

/// <summary>
/// Static batches of 7B to 72B models on many GPUs, engines of 2024: prompts in chunks of the engine's budget, then decode steps, all from
/// the roofline. Batches that need more memory than there is ran in several waves or swapped, and are left out.
/// </summary>
public static class ArgonneData
{
    private const int TokenBudget = 8192;

    private static readonly string[] Frameworks = ["vLLM", "TensorRT-LLM"];

    /// <summary>The data set.</summary>
    public static ValidationEntry Entry { get; } = new(
        "argonne_llm_inference_bench", "Static batches of 7B to 72B models on A100, H100, MI250, MI300X (LLM-Inference-Bench)", Read);

    private static Func<PerformanceCatalog, ValidatedData> Read(IReadOnlyList<MeasuredFile> files, List<InputProblem> problems)
    {
        // The files of single figures repeat rows of the whole.
        List<ArgonneRow> rows =
        [
            .. files.Where(file => file.Name.EndsWith(".csv", StringComparison.Ordinal))
                .Where(file => !file.Name.StartsWith("Fig_", StringComparison.Ordinal))
                .SelectMany(file => ArgonneRow.Read(file, problems)),
        ];
        return catalog => Predict(rows, catalog);
    }

    private static ValidatedData Predict(List<ArgonneRow> rows, PerformanceCatalog catalog)
    {
        SortedDictionary<string, int> left = new(StringComparer.Ordinal);
        List<CostedConfiguration> found = [];
        foreach (ArgonneRow row in rows)
        {
            string problem = Predict(row, catalog, out CostedConfiguration? configuration);
            if (configuration is not null)
            {
                found.Add(configuration);
            }
            else
            {
                left[problem] = left.GetValueOrDefault(problem) + 1;
            }
        }

        List<ReportEntry> parameters =
        [
            new("argonne: weights and cache", "16 bit"),
            new("argonne: step time", $"roofline of the catalogue; prompts in steps of {TokenBudget:#,0} tokens"),
        ];
        return new ValidatedData
        {
            Rows = [.. CostedRows.FromCatalogue(found), .. CostedRows.FromFits("argonne", found, parameters)],
            Parameters = parameters,
            Notes =
            [
                CostedRows.Declared,
                "Not modelled from the catalogue: engines of 2024 that compose a step only when the last one is done, which the fits find as milliseconds a step.",
                "Not modelled at all: memory that runs out within a batch; the kernels that ran on MI300X then, four times slower than its roofline and scattered.",
                .. left.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value:#,0} rows left out: {pair.Key}.")),
            ],
            Pictures = [new AgreementPicture("LLM-Inference-Bench: whole batches", "E2E", [.. found.Select(each => each.Latencies[0].Latency).Select(each => (each.RooflineSeconds, each.MeasuredSeconds))])],
        };
    }

    private static string Predict(in ArgonneRow row, PerformanceCatalog catalog, out CostedConfiguration? configuration)
    {
        configuration = null;
        if (!Frameworks.Contains(row.Framework))
        {
            return $"{row.Framework} is not modelled";
        }

        if (KnownNames.Gpu(catalog, row.Hardware) is not { } gpu)
        {
            return $"{row.Hardware} is not in the catalogue";
        }

        if (KnownNames.Model(catalog, row.Model) is not { } model)
        {
            return $"{row.Model} is not in the catalogue";
        }

        var inputs = new RooflineInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = WeightFormat.Bf16,
            TensorParallel = row.Gpus,
        };
        if (inputs.Problems() is { Count: > 0 } problems)
        {
            return problems[0];
        }

        KvBudget budget = KvSizing.Compute(new KvSizingInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = WeightFormat.Bf16,
            TensorParallel = row.Gpus,
            TokenBudget = TokenBudget,
        });
        if (!budget.IsFeasible || budget.Tokens < (long)row.Batch * (row.PromptTokens + row.OutputTokens) || !(row.Seconds > 0))
        {
            return "the batch does not fit into memory at once, or has no time";
        }

        var batch = new StaticBatch(new RooflineStepTime(inputs), row.Batch);
        double seconds = batch.PromptSeconds(row.PromptTokens, TokenBudget) + batch.DecodeSeconds(row.PromptTokens, row.OutputTokens);
        double promptSteps = Math.Ceiling((double)row.Batch * row.PromptTokens / TokenBudget);
        var latency = new CostedLatency(seconds, promptSteps + row.OutputTokens - 1, Requests: 1, row.Seconds);
        configuration = new CostedConfiguration(
            $"{row.Framework} on {gpu.Id}",
            $"{model.Id} {row.Gpus} {row.PromptTokens} {row.Batch}",
            $"argonne_llm_inference_bench/{gpu.Id}/{row.Framework}/{model.Id}",
            [("e2e_seconds", latency)]);
        return "";
    }
}

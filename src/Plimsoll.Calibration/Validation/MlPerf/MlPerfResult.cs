using System.Text.Json;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.MlPerf;

/// <summary>Output tokens per second of a reviewed submission.</summary>
/// <param name="Benchmark">Name of the benchmark, without its accuracy target.</param>
/// <param name="Accelerator">Name of the GPU.</param>
/// <param name="Gpus">How many in all.</param>
/// <param name="TokensPerSecond">Output tokens of all of them.</param>
/// <param name="Problem">Why it says nothing of tokens a second; empty when it does.</param>
internal readonly record struct MlPerfResult(string Benchmark, string Accelerator, int Gpus, double TokensPerSecond, string Problem = "")
{
    private const string NoGpus = "how many GPUs ran is not stated";
    private const string NoRate = "no rate of tokens is stated";

    /// <summary>Offline and server runs of LLMs: JSON lines of run summaries, or a list of published entries.</summary>
    public static List<MlPerfResult> Read(MeasuredFile file, List<InputProblem> problems) =>
        file.Name.EndsWith(".jsonl", StringComparison.Ordinal) ? Summaries(file, problems) : Entries(file, problems);

    private static List<MlPerfResult> Summaries(MeasuredFile file, List<InputProblem> problems)
    {
        List<MlPerfResult> results = [];
        foreach (JsonFields fields in JsonFields.Lines(file, problems))
        {
            double? rate = fields.OptionalNumber("Tokens per second") ?? fields.OptionalNumber("Completed tokens per second")
                ?? fields.OptionalNumber("Tokens per second (inferred)") ?? fields.OptionalNumber("Completed tokens per second (inferred)");
            bool counted = int.TryParse(fields.Text("sys_accelerators_per_node"), out int perNode);
            int nodes = int.TryParse(fields.Text("sys_number_of_nodes"), out int given) ? given : 1;
            string problem = !counted || perNode <= 0 || nodes <= 0 ? NoGpus : rate is > 0 ? "" : NoRate;
            results.Add(new MlPerfResult(
                Short(fields.Text("benchmark")), fields.Text("sys_accelerator_model_name"), perNode * nodes, rate ?? 0, problem));
        }

        return results;
    }

    private static List<MlPerfResult> Entries(MeasuredFile file, List<InputProblem> problems)
    {
        using Stream stream = file.Open();
        List<MlPerfResult> results = [];
        try
        {
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                problems.Add(new InputProblem(file.Path, 1, "", "must hold a list of entries"));
                return results;
            }

            foreach (JsonElement entry in document.RootElement.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object)
                {
                    problems.Add(new InputProblem(file.Path, 1, "", "every entry of the list must be an object"));
                    return results;
                }

                var fields = new JsonFields(entry, file.Path, 0, problems);
                int gpus = (int)((fields.OptionalNumber("a#") ?? 0) * (fields.OptionalNumber("Nodes") ?? 1));
                string units = fields.Text("Performance_Units");
                double? rate = fields.OptionalNumber("Performance_Result");
                string problem = gpus <= 0 ? NoGpus
                    : units != "Tokens/s" ? $"measured in '{units}', not in tokens a second"
                    : rate is > 0 ? "" : NoRate;
                results.Add(new MlPerfResult(Short(fields.Text("UsedModel")), fields.Text("Accelerator"), gpus, rate ?? 0, problem));
            }
        }
        catch (JsonException broken)
        {
            problems.Add(new InputProblem(file.Path, (int)(broken.LineNumber ?? 0) + 1, "", "this is not valid JSON (at this place or just before it)"));
        }

        return results;
    }

    // llama2-70b-99.9 and llama2-70b-99 are one model.
    private static string Short(string benchmark)
    {
        foreach (string target in new[] { "-99.9", "-99", "-edge", "-interactive" })
        {
            benchmark = benchmark.EndsWith(target, StringComparison.Ordinal) ? benchmark[..^target.Length] : benchmark;
        }

        return benchmark;
    }
}

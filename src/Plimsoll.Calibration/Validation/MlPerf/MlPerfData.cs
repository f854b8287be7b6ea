using System.Globalization;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Calibration.Validation.MlPerf;

/// <summary>
/// Submissions tuned for the peak against what the catalogue's peak rates allow: the fastest submission for each GPU and model must not
/// beat 2 operations per active parameter and output token at the fastest format of the device, prompts left out. A row that falls short
/// means that a peak rate or a parameter count in the catalogue is wrong.
/// </summary>
public static class MlPerfData
{
    /// <summary>The data set.</summary>
    public static ValidationEntry Entry { get; } = new(
        "mlperf", "Reviewed MLPerf Inference submissions: the catalogue's peaks must not be beaten (upper bound)", Read);

    private static Func<PerformanceCatalog, ValidatedData> Read(IReadOnlyList<MeasuredFile> files, List<InputProblem> problems)
    {
        List<MlPerfResult> results =
        [
            .. files.Where(file => file.Name.EndsWith(".jsonl", StringComparison.Ordinal) || file.Name.EndsWith(".json", StringComparison.Ordinal))
                .SelectMany(file => MlPerfResult.Read(file, problems)),
        ];
        return catalog => Predict(results, catalog);
    }

    private static ValidatedData Predict(List<MlPerfResult> results, PerformanceCatalog catalog)
    {
        SortedDictionary<string, int> left = new(StringComparer.Ordinal);
        SortedDictionary<string, (double Ceiling, double Measured, int Points)> best = new(StringComparer.Ordinal);
        foreach (MlPerfResult result in results)
        {
            if (result.Problem.Length > 0)
            {
                left[result.Problem] = left.GetValueOrDefault(result.Problem) + 1;
                continue;
            }

            GpuSpec? gpu = KnownNames.Gpu(catalog, result.Accelerator);
            ModelSpec? model = KnownNames.Model(catalog, result.Benchmark);
            if (gpu is null || model is null)
            {
                string missing = gpu is null ? $"'{result.Accelerator}' is not one GPU of the catalogue" : $"{result.Benchmark} is not in the catalogue";
                left[missing] = left.GetValueOrDefault(missing) + 1;
                continue;
            }

            string name = $"mlperf/{gpu.Id}/{model.Id}";
            double perGpu = result.TokensPerSecond / result.Gpus;
            (_, double before, int points) = best.GetValueOrDefault(name);
            best[name] = (Ceiling(gpu, model), Math.Max(before, perGpu), points + 1);
        }

        return new ValidatedData
        {
            Rows =
            [
                .. best.Select(row => new ValidationRow(
                    row.Key, ValidationRow.AsBound, "output_tokens_per_second_per_gpu", row.Value.Ceiling, row.Value.Measured, row.Value.Points)),
            ],
            Parameters = [new ReportEntry("mlperf: ceiling", "fastest dense rate of the device / (2 x active parameters)")],
            Notes =
            [
                "A bound: predicted must be at least measured; how far above it lies says nothing about accuracy. Prompts, memory and latency limits are left out of it.",
                .. left.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value:#,0} submissions left out: {pair.Key}.")),
            ],
        };
    }

    private static double Ceiling(GpuSpec gpu, ModelSpec model)
    {
        var counts = ParameterCounts.Of(model.Architecture);
        double active = counts.Dense + counts.RoutedExpertsPerToken + counts.OutputProjection;
        double?[] rates = [gpu.Compute.SixteenBit, gpu.Compute.Fp8, gpu.Compute.Int8, gpu.Compute.Fp4];
        return rates.Max()!.Value / (2 * active);
    }
}

using System.Globalization;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Calibration.Physics;

/// <summary>
/// What no engine can beat: reading, at the peak bandwidth of all its GPUs together, the weights that the step's tokens need and the cache
/// they attend to; and computing, at the peak rate, two operations for every weight and token. Attention's arithmetic, activations,
/// collectives and windowed layers are left out, so that the limit holds for every way to build an engine. Linear in what is in a step, so
/// it holds for means too.
/// </summary>
/// <param name="BytesPerSecond">Peak bandwidth of the replica.</param>
/// <param name="OperationsPerSecond">Peak rate of the replica, for the format its products run in.</param>
/// <param name="WeightBytes">Weights that any token needs: experts of one token only.</param>
/// <param name="CacheBytesPerToken">Cache over all GPUs, layers with a window left out.</param>
/// <param name="OperationsPerToken">Two for every weight that a token meets, the output head apart.</param>
/// <param name="OperationsPerOutput">Of the output head, for every sequence.</param>
public sealed record PhysicalLimits(
    double BytesPerSecond,
    double OperationsPerSecond,
    double WeightBytes,
    double CacheBytesPerToken,
    double OperationsPerToken,
    double OperationsPerOutput)
{
    /// <summary>Share of a limit that a row may be short of it before it counts as impossible: noise of measuring.</summary>
    public const double Tolerance = 0.02;

    /// <summary>Limits of a model on GPUs.</summary>
    public static PhysicalLimits Of(
        GpuSpec gpu, ModelArchitecture model, WeightFormat weights, KvFormat kv, int tensorParallel)
    {
        ArgumentNullException.ThrowIfNull(gpu);
        ArgumentNullException.ThrowIfNull(model);
        var counts = ParameterCounts.Of(model);
        var bytes = Performance.Models.WeightBytes.Of(counts, weights);
        double visited = model.Experts is ExpertLayers experts ? (double)experts.PerToken / experts.Routed : 0;
        double rate = weights switch
        {
            WeightFormat.Fp8 or WeightFormat.Int8 => Math.Max(gpu.Compute.Fp8 ?? 0, gpu.Compute.Int8 ?? 0),
            WeightFormat.Mxfp4 => Math.Max(gpu.Compute.Fp4 ?? 0, gpu.Compute.Fp8 ?? 0),
            _ => 0,
        };
        return new PhysicalLimits(
            gpu.Memory.BandwidthBytesPerSecond * tensorParallel,
            Math.Max(rate, gpu.Compute.SixteenBit) * tensorParallel,
            bytes.Dense + bytes.OutputProjection + (visited * bytes.RoutedExperts),
            KvLayout.Of(model, kv, 1).GlobalBytesPerToken,
            2.0 * (counts.ActivePerToken - counts.OutputProjection),
            2.0 * counts.OutputProjection);
    }

    /// <summary>Least seconds of a step.</summary>
    public double LeastSeconds(in StepObservation step) => Math.Max(MemorySeconds(step), ComputeSeconds(step));

    /// <summary>Why a row cannot be; null when it can.</summary>
    public string? WhyImpossible(in StepObservation step)
    {
        double least = LeastSeconds(step);
        if (step.Seconds >= least * (1 - Tolerance))
        {
            return null;
        }

        bool memory = MemorySeconds(step) >= ComputeSeconds(step);
        string needed = memory
            ? string.Create(CultureInfo.InvariantCulture, $"reading {Bytes(step) / 1e9:0.0} GB at {BytesPerSecond / 1e12:0.00} TB/s")
            : string.Create(CultureInfo.InvariantCulture, $"{Operations(step) / 1e12:0.0} TFLOP at {OperationsPerSecond / 1e12:0} TFLOP/s");
        return string.Create(CultureInfo.InvariantCulture, $"{step.Seconds * 1e3:0.###} ms is less than the {least * 1e3:0.###} ms of {needed}");
    }

    private double MemorySeconds(in StepObservation step) => Bytes(step) / BytesPerSecond;

    private double ComputeSeconds(in StepObservation step) => Operations(step) / OperationsPerSecond;

    private double Bytes(in StepObservation step) => WeightBytes + (CacheBytesPerToken * (step.ContextTokens + step.HistoryTokens));

    private double Operations(in StepObservation step) =>
        (OperationsPerToken * (step.PrefillTokens + step.DecodeSequences)) + (OperationsPerOutput * step.DecodeSequences);
}

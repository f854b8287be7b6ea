using System.Globalization;
using Plimsoll.Calibration.Replay;

namespace Plimsoll.Calibration.Validation;

/// <summary>
/// What an engine on a GPU costs beyond the roofline of its kernels: kernels slower by a factor, host work in every step, and a delay of every
/// request before its first token (HTTP, tokenizer, wake-up). Three numbers per engine and GPU, whatever the model.
/// </summary>
/// <param name="KernelFactor">Time of all kernels / roofline, above 0.</param>
/// <param name="StepSeconds">On top in every step.</param>
/// <param name="RequestSeconds">On top before the first token.</param>
public readonly record struct EngineCost(double KernelFactor, double StepSeconds, double RequestSeconds)
{
    // Errors of a few per cent are what a roofline can reach; beyond, they count linearly.
    private const double Scatter = 0.1;

    private const int MostEvaluations = 600;
    private const double FirstStep = 0.5;
    private const double Tolerance = 1e-9;

    private static readonly EngineCost Start = new(1.1, 1e-3, 10e-3);

    /// <summary>The numbers that come nearest to these latencies in the mean of their logarithms, large errors counting linearly.</summary>
    public static EngineCost Fit(IReadOnlyList<CostedLatency> latencies)
    {
        double[] start = [Math.Log(Start.KernelFactor), Math.Log(Start.StepSeconds), Math.Log(Start.RequestSeconds)];
        return From(NelderMead.Minimise(Loss, start, FirstStep, Tolerance, MostEvaluations));

        double Loss(double[] logarithms)
        {
            EngineCost cost = From(logarithms);
            double sum = 0;
            foreach (CostedLatency latency in latencies)
            {
                double scaled = Math.Log(cost.Of(latency) / latency.MeasuredSeconds) / Scatter;
                sum += Math.Sqrt(1 + (scaled * scaled)) - 1;
            }

            return sum;
        }
    }

    /// <summary>A latency with these costs.</summary>
    public double Of(in CostedLatency latency) =>
        (KernelFactor * latency.RooflineSeconds) + (StepSeconds * latency.Steps) + (RequestSeconds * latency.Requests);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"kernels x {KernelFactor:0.00}, {StepSeconds * 1e3:0.00} ms a step, {RequestSeconds * 1e3:0.0} ms before the first token");

    private static EngineCost From(double[] logarithms)
    {
        double[] values = [.. logarithms.Select(value => Math.Exp(Math.Clamp(value, -20, 5)))];
        return new EngineCost(values[0], values[1], values[2]);
    }
}

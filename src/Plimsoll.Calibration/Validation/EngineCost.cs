using System.Globalization;
using Plimsoll.Calibration.Replay;

namespace Plimsoll.Calibration.Validation;

/// <summary>
/// What an engine on a GPU costs beyond the roofline of its kernels: kernels slower by a factor, host work that adds to every step, host
/// work beside the kernels that a step cannot be shorter than (launches), and a delay of every request before its first token (HTTP,
/// tokenizer, wake-up). Four numbers per engine and GPU, whatever the model.
/// </summary>
/// <param name="KernelFactor">Time of all kernels / roofline, above 0.</param>
/// <param name="StepSeconds">On top in every step.</param>
/// <param name="LeastStepSeconds">No step is shorter.</param>
/// <param name="RequestSeconds">On top before the first token.</param>
public readonly record struct EngineCost(double KernelFactor, double StepSeconds, double LeastStepSeconds, double RequestSeconds)
{
    // Errors of a few per cent are what a roofline can reach; beyond, they count linearly.
    private const double Scatter = 0.1;

    private const int MostEvaluations = 1200;
    private const double FirstStep = 0.5;
    private const double Tolerance = 1e-9;

    // A least step that is too short for all the data has no slope: descents begin with it at several lengths.
    private static readonly double[] LeastSteps = [0.5e-3, 5e-3, 20e-3, 50e-3];

    /// <summary>The numbers that come nearest to these latencies in the mean of their logarithms, large errors counting linearly.</summary>
    public static EngineCost Fit(IReadOnlyList<CostedLatency> latencies)
    {
        return From(LeastSteps
            .Select(least => NelderMead.Minimise(Loss, Logarithms(least), FirstStep, Tolerance, MostEvaluations))
            .MinBy(Loss)!);

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
        Math.Max((KernelFactor * latency.RooflineSeconds) + (StepSeconds * latency.Steps), LeastStepSeconds * latency.Steps)
        + (RequestSeconds * latency.Requests);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"kernels x {KernelFactor:0.00}, {StepSeconds * 1e3:0.00} ms a step, no step below {LeastStepSeconds * 1e3:0.00} ms, {RequestSeconds * 1e3:0.0} ms before the first token");

    private static double[] Logarithms(double leastStep) => [Math.Log(1.1), Math.Log(1e-3), Math.Log(leastStep), Math.Log(10e-3)];

    private static EngineCost From(double[] logarithms)
    {
        double[] values = [.. logarithms.Select(value => Math.Exp(Math.Clamp(value, -20, 5)))];
        return new EngineCost(values[0], values[1], values[2], values[3]);
    }
}

using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Afd;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>An Attention/FFN ratio as a few aligned lines for a terminal.</summary>
internal static class AfdText
{
    // Longer curves show every ratio that was simulated and leave out most of the others.
    private const int MostRows = 40;

    internal static readonly string[] AnswerHeadings = ["", "ratio", "throughput", "Attention idle", "FFN idle"];

    internal static readonly string[] CurveHeadings =
        ["ratio", "t_F", "t_C", "mean field", "barrier-aware", "with microbatches", "simulated", "Attention idle", "FFN idle"];

    public static void Write(AfdReport report, TextWriter output)
    {
        output.Write(report.Title + "\n\n");
        SlotLaw law = report.Plan.Question.Workload.Law;
        output.Write($"  slot load: {Number(law.Mean)} KV tokens, standard deviation {Number(law.Deviation)}\n");
        MeanFieldOptimum optimum = report.Plan.MeanField;
        output.Write(
            $"  mean field: best real ratio {Number(optimum.Ratio)} (Attention bound {Number(optimum.AttentionBound)}, "
            + $"communication bound {Number(optimum.CommunicationBound)}, peak {Number(optimum.Peak)})\n\n");
        TextTable.Write(output, [AnswerHeadings, .. Answers(report)]);
        output.Write('\n');
        TextTable.Write(output, [CurveHeadings, .. Shown(report).Select(point => CurveRow(report, point))], leftColumns: 0);
        output.Write('\n');
        foreach (string note in report.Notes)
        {
            output.Write(note + "\n");
        }
    }

    /// <summary>One row for each way to answer.</summary>
    internal static IEnumerable<string[]> Answers(AfdReport report)
    {
        AfdPlan plan = report.Plan;
        yield return Answer("mean field", plan.MeanFieldBest.Ratio, plan.MeanFieldBest.MeanField);
        yield return Answer("barrier-aware", plan.BarrierAware.Ratio, plan.BarrierAware.BarrierAware);
        yield return Answer($"{plan.Question.Microbatches} in flight", plan.Overlapped.Ratio, plan.Overlapped.Overlapped);
        if (report.Best is { } best)
        {
            string rivals = string.Join(", ", report.Rivals);
            yield return
            [
                rivals.Length > 0 ? $"simulated (as good: {rivals})" : "simulated",
                Units.Count(best.Ratio),
                Estimate(best.Throughput, Number),
                Estimate(best.AttentionIdle, Units.Percent),
                Estimate(best.FfnIdle, Units.Percent),
            ];
        }

        if (plan.BarrierAwareEnergy is { } energy)
        {
            yield return Answer("most tokens per energy", energy.Ratio, energy.BarrierAware);
        }
    }

    /// <summary>One ratio of the curve.</summary>
    internal static string[] CurveRow(AfdReport report, AfdCurvePoint point)
    {
        SimulatedRatio? simulated = report.SimulatedAt(point.Ratio);
        return
        [
            Units.Count(point.Ratio),
            Number(point.FfnTime),
            Number(point.CommunicationTime),
            Number(point.MeanField.ThroughputPerInstance),
            Number(point.BarrierAware.ThroughputPerInstance),
            Number(point.Overlapped.ThroughputPerInstance),
            simulated is null ? Units.None : Estimate(simulated.Throughput, Number),
            simulated is null ? Units.None : Units.Percent(simulated.AttentionIdle.Mean),
            simulated is null ? Units.None : Units.Percent(simulated.FfnIdle.Mean),
        ];
    }

    /// <summary>Four digits behind the point where three in all are too few to tell neighbours apart.</summary>
    internal static string Number(double value) =>
        Math.Abs(value) is >= 0.01 and < 100 ? value.ToString("0.0000", CultureInfo.InvariantCulture) : Units.Number(value);

    private static IEnumerable<AfdCurvePoint> Shown(AfdReport report)
    {
        IReadOnlyList<AfdCurvePoint> curve = report.Plan.Curve;
        int every = (curve.Count + MostRows - 1) / MostRows;
        return curve.Where(point => point.Ratio == 1 || point.Ratio % every == 0 || report.SimulatedAt(point.Ratio) is not null);
    }

    private static string[] Answer(string name, int ratio, AfdStep step) =>
    [
        name,
        Units.Count(ratio),
        Number(step.ThroughputPerInstance),
        Units.Percent(step.AttentionIdleFraction),
        Units.Percent(step.FfnIdleFraction),
    ];

    private static string Estimate(MeanEstimate estimate, Func<double, string> text) =>
        text(estimate.Mean) + (double.IsFinite(estimate.HalfWidth) ? " ± " + text(estimate.HalfWidth) : "");
}

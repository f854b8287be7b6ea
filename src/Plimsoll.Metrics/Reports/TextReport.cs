using System.Globalization;

namespace Plimsoll.Metrics.Reports;

/// <summary>A run as a few aligned lines for a terminal.</summary>
public static class TextReport
{
    private static readonly string[] LatencyHeadings = ["", "mean", "p50", "p90", "p95", "p99", "max"];

    /// <summary>Writes the summary of one run.</summary>
    public static void Write(RunReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(report.Title + (report.Partial ? " (partial: cut short)\n\n" : "\n\n"));
        foreach (string fact in Facts(report))
        {
            output.Write("  " + fact + "\n");
        }

        output.Write('\n');
        List<IReadOnlyList<string>> latencies = [LatencyHeadings, Row("TTFT", report.Ttft), Row("TPOT", report.Tpot)];
        if (report.Itl is { } itl)
        {
            latencies.Add(Row("ITL", itl));
        }

        latencies.Add(Row("E2E", report.E2e));
        latencies.Add(Row("queue", report.Queue));
        TextTable.Write(output, latencies);
        output.Write('\n');
        foreach (string note in report.Notes)
        {
            output.Write("  note: " + note + "\n");
        }

        string digest = report.Digest.ToString("x16", CultureInfo.InvariantCulture);
        string seed = report.Seed.ToString(CultureInfo.InvariantCulture);
        output.Write($"  digest {digest}  seed {seed}");
        if (report.Wall is { } wall)
        {
            output.Write($"  ran in {Units.Seconds(wall.Seconds)}, {Units.Number(wall.RequestsPerSecond)} requests/s");
        }

        output.Write('\n');
    }

    private static IEnumerable<string> Facts(RunReport report)
    {
        RequestCounts requests = report.Requests;
        yield return $"requests    {Units.Count(requests.Submitted)} submitted = {Units.Count(requests.Completed)} completed"
            + $" + {Units.Count(requests.Rejected)} rejected + {Units.Count(requests.Failed)} failed"
            + $" + {Units.Count(requests.Cancelled)} cancelled + {Units.Count(requests.InFlight)} in flight";
        foreach (ReasonCount reason in report.RejectedReasons)
        {
            yield return $"            rejected for {reason.Reason}: {Units.Count(reason.Requests)}";
        }

        yield return $"throughput  {Units.Number(report.Throughput.RequestsPerSecond)} requests/s,"
            + $" {Units.Number(report.Throughput.OutputTokensPerSecond)} output tokens/s over {Units.Seconds(report.DurationSeconds)}";
        if (report.Objectives.Any)
        {
            yield return $"goodput     {Units.Number(report.Throughput.GoodputRequestsPerSecond)} requests/s"
                + $" ({Units.Percent(report.Throughput.GoodputFraction)} of completed)";
        }

        if (report.Kv is { } kv)
        {
            yield return $"KV memory   mean {Units.Percent(kv.MeanUtilization)}, peak {Units.Percent(kv.PeakUtilization)},"
                + $" {Units.Count(kv.Preemptions)} preemptions, {Units.Percent(kv.PrefixHitRatio)} of prompt tokens cached";
        }

        if (report.Batch is { } batch)
        {
            yield return $"batch       mean {Units.Number(batch.MeanRunning)}, peak {Units.Count(batch.PeakRunning)},"
                + $" {Units.Count(batch.Steps)} steps of {Units.Seconds(batch.MeanStepSeconds)}";
        }

        if (report.Barrier is { } barrier)
        {
            yield return "barrier     " + Lost(barrier);
            if (barrier.WholeRun is { } whole)
            {
                yield return "            until the last assignment; over the whole run " + Lost(whole);
            }
        }

        if (report.Energy is { } energy)
        {
            yield return $"energy      {Units.Number(energy.JoulesPerOutputToken)} J per output token,"
                + $" {Units.Number(energy.Joules / 3.6e6)} kWh, mean {Units.Number(energy.MeanWatts)} W";
        }

        if (report.Prediction is { } prediction)
        {
            yield return "prediction  " + string.Join("; ", Judgements(prediction));
        }
    }

    private static string Lost(BarrierSummary barrier)
    {
        string tokens = double.IsFinite(barrier.OutputTokensPerSecond) ? $", {Units.Number(barrier.OutputTokensPerSecond)} output tokens/s" : "";
        string energy = double.IsFinite(barrier.Joules) ? $", {Units.Number(barrier.Joules / 1e3)} kJ" : "";
        return $"idle {Units.Percent(barrier.IdleFraction)}, imbalance {Units.Number(barrier.Imbalance)} tokens{tokens}{energy}";
    }

    private static IEnumerable<string> Judgements(PredictionSummary prediction)
    {
        if (prediction.Points > 0)
        {
            yield return $"off by {Units.Number(prediction.MeanAbsoluteErrorTokens)} tokens"
                + $" ({Units.Percent(prediction.MeanRelativeError)} of the length) on average";
        }

        if (prediction.Intervals > 0)
        {
            yield return $"{Units.Percent(prediction.Coverage)} within their interval,"
                + $" {Units.Number(prediction.MeanWidthTokens)} tokens wide";
        }

        if (double.IsFinite(prediction.ClassAccuracy))
        {
            yield return $"{Units.Percent(prediction.ClassAccuracy)} in their class";
        }

        if (prediction is { Points: 0, Intervals: 0, Requests: > 0 })
        {
            yield return $"nothing was believed of {Units.Count(prediction.Requests)} requests";
        }
    }

    private static string[] Row(string name, LatencySummary latency) =>
    [
        name,
        Units.Seconds(latency.Mean),
        Units.Seconds(latency.P50),
        Units.Seconds(latency.P90),
        Units.Seconds(latency.P95),
        Units.Seconds(latency.P99),
        Units.Seconds(latency.Max),
    ];
}

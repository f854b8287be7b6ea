using Plimsoll.LoadGen.Servers;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.LoadGen.Reports;

/// <summary>A benchmark as a few aligned lines for a terminal.</summary>
public static class BenchText
{
    private static readonly string[] Headings = ["from the intended start", "mean", "p50", "p90", "p95", "p99", "max"];

    /// <summary>Writes it.</summary>
    public static void Write(BenchReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        LoadMeasure measure = report.Measure;
        output.Write(report.Title + (report.Partial ? " (partial: cut short)\n\n" : "\n\n"));
        foreach (string sentence in report.WhyNot)
        {
            output.Write($"  ! {sentence}\n");
        }

        output.Write(report.WhyNot.Count > 0 ? "\n" : "");
        foreach (string fact in Facts(report, measure))
        {
            output.Write("  " + fact + "\n");
        }

        output.Write('\n');
        TextTable.Write(output, [Headings, Row("TTFT", measure.Ttft), Row("TPOT", measure.Tpot), Row("ITL", measure.Itl),
            Row("NTPOT", measure.Ntpot), Row("E2E", measure.E2e)]);
        output.Write('\n');
        TextTable.Write(output, [["the client itself", "mean", "p50", "p90", "p95", "p99", "max"],
            Row("started late", measure.ScheduleLag), Row("read late", measure.LoopLag), Row("connecting and sending", measure.Sending)]);
        output.Write($"  CPU {Units.Percent(measure.Client.CpuUtilization)} of {measure.Client.Cores} cores (the whole machine {Units.Percent(measure.Client.MachineUtilization)}), "
            + $"{Units.Count(measure.ConnectionsOpened)} connections opened\n");
        WriteServer(measure.Server, output);
        WriteRepeats(report, output);
        output.Write('\n');
        foreach (string note in report.Notes)
        {
            output.Write("  note: " + note + "\n");
        }
    }

    private static IEnumerable<string> Facts(BenchReport report, LoadMeasure measure)
    {
        if (report.Search is { } search)
        {
            yield return $"highest rate {Units.Number(search.Rate)} requests/s; every trial passed up to {Units.Number(search.SafeRate)},"
                + $" every trial failed from {(double.IsFinite(search.FailingRate) ? Units.Number(search.FailingRate) : "(no rate that was tried)")}";
        }

        RequestCounts requests = measure.Requests;
        yield return $"requests    {Units.Count(requests.Submitted)} submitted = {Units.Count(requests.Completed)} completed + {Units.Count(requests.Rejected)} rejected"
            + $" + {Units.Count(requests.Failed)} failed + {Units.Count(requests.Cancelled)} cancelled + {Units.Count(requests.InFlight)} in flight";
        foreach (ReasonCount reason in measure.Reasons)
        {
            yield return $"            {Units.Count(reason.Requests)} × {reason.Reason}";
        }

        yield return $"throughput  {Units.Number(measure.Throughput.RequestsPerSecond)} requests/s of {Units.Number(measure.OfferedPerSecond)} offered,"
            + $" {Units.Number(measure.Throughput.OutputTokensPerSecond)} output tokens/s over {Units.Seconds(measure.Seconds)}";
        if (report.Objectives.Any)
        {
            yield return $"goodput     {Units.Number(measure.Throughput.GoodputRequestsPerSecond)} requests/s ({Units.Percent(measure.Throughput.GoodputFraction)} of submitted)";
        }
    }

    private static void WriteServer(ServerView? server, TextWriter output)
    {
        if (server is null)
        {
            return;
        }

        output.Write("\n  the server's own account\n");
        foreach (ServerMean mean in server.Means.Where(mean => mean.Count > 0))
        {
            output.Write($"  {mean.Name.Replace("_seconds", "", StringComparison.Ordinal),-8} mean {Units.Seconds(mean.Seconds)}\n");
        }

        double[] waiting = [.. server.Samples.Select(sample => sample.Load.WaitingRequests).OfType<int>().Select(count => (double)count)];
        double[] running = [.. server.Samples.Select(sample => sample.Load.RunningRequests).OfType<int>().Select(count => (double)count)];
        double[] kv = [.. server.Samples.Select(sample => sample.Load.KvUsage).OfType<double>()];
        output.Write($"  peak     {Peak(running)} running, {Peak(waiting)} waiting, KV {(kv.Length > 0 ? Units.Percent(kv.Max()) : Units.None)}, of {server.Samples.Count} samples\n");
    }

    private static string Peak(double[] values) => values.Length > 0 ? Units.Number(values.Max()) : Units.None;

    private static void WriteRepeats(BenchReport report, TextWriter output)
    {
        if (report.Runs.Count < 2)
        {
            return;
        }

        output.Write($"\n  {report.Runs.Count} runs, mean ± half of the 95 % interval\n");
        foreach (RepeatedMetric metric in RepeatedMetric.Of(report.Runs))
        {
            string Text(double value) => metric.IsSeconds ? Units.Seconds(value) : Units.Number(value);
            output.Write($"  {metric.Name,-28} {Text(metric.Estimate.Mean)} ± {Text(metric.Estimate.HalfWidth)}\n");
        }
    }

    private static string[] Row(string name, LatencySummary latency) =>
    [
        name, Units.Seconds(latency.Mean), Units.Seconds(latency.P50), Units.Seconds(latency.P90), Units.Seconds(latency.P95),
            Units.Seconds(latency.P99), Units.Seconds(latency.Max),
    ];
}

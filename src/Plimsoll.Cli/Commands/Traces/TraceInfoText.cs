using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads.Statistics;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>Findings as a section of text.</summary>
internal static class TraceInfoText
{
    private static readonly string[] Headings = ["", "mean", "std", "p50", "p90", "p99", "max"];

    public static void Write(TextWriter output, TraceFindings trace)
    {
        output.Write($"{trace.Name} ({trace.Format}){(trace.Partial ? " (partial: the numbers cover the beginning only)" : "")}\n\n");
        foreach (string fact in Facts(trace))
        {
            output.Write("  " + fact + "\n");
        }

        LengthSummary? prompts = trace.Requests?.Prompt ?? trace.Model?.Prompt;
        LengthSummary? outputs = trace.Requests?.Output ?? trace.Model?.Output;
        if (prompts is not null && outputs is not null)
        {
            output.Write('\n');
            TextTable.Write(output, [Headings, Row("prompt tokens", prompts), Row("output tokens", outputs)]);
        }

        output.Write('\n');
        foreach (string note in trace.Notes)
        {
            output.Write($"  note: {note}\n");
        }

        output.Write(trace.Notes.Count > 0 ? "\n" : "");
    }

    private static IEnumerable<string> Facts(TraceFindings trace) =>
        trace.Model is { } model ? Facts(model) : Facts(trace.Requests!, trace.LengthsOnly);

    private static IEnumerable<string> Facts(ServeGenStatistics model)
    {
        yield return $"model        {Units.Count(model.Clients)} clients, {Units.Count(model.Windows)} windows,"
            + $" about {Units.Count(model.RequestsEstimated)} requests";
        yield return $"rate         mean {Units.Number(model.MeanRate)} requests/s,"
            + $" busiest window {Units.Number(model.PeakRate)} requests/s ({Units.Number(model.PeakOverMean)} times the mean)";
        yield return $"gaps         coefficient of variation p50 {Units.Number(model.ClientWindowVariationP50)},"
            + $" p90 {Units.Number(model.ClientWindowVariationP90)} (one client in one window)";
    }

    private static IEnumerable<string> Facts(TraceStatistics requests, bool lengthsOnly)
    {
        yield return $"requests     {Units.Count(requests.Requests)}";
        if (requests.Arrivals is { } arrivals)
        {
            yield return $"arrivals     {Units.Number(arrivals.RatePerSecond)} requests/s over {Units.Seconds(arrivals.SpanSeconds)},"
                + $" coefficient of variation of the gaps {Units.Number(arrivals.GapVariation)}";
            yield return $"             busiest 10 s {Units.Number(arrivals.PeakOverMean10Seconds)} times the mean,"
                + $" coefficient of variation of the minutes {Units.Number(arrivals.Variation60Seconds)}";
        }
        else
        {
            yield return lengthsOnly ? "arrivals     none recorded: lengths only" : "arrivals     all at the same time";
        }

        yield return $"correlation  of prompt and output: Pearson {Units.Number(requests.Pearson)},"
            + $" Spearman {Units.Number(requests.Spearman)}";
        if (requests.Reuse is { } reuse)
        {
            yield return $"reuse        {Units.Percent(reuse.AnyShare)} of blocks seen before,"
                + $" {Units.Percent(reuse.PrefixShare)} as a prefix, {Units.Count(reuse.UniqueBlocks)} distinct;"
                + $" {Units.Percent(reuse.HitShare)} of requests begin with a known block";
        }

        if (requests.Sessions > 0)
        {
            yield return $"sessions     {Units.Count(requests.Sessions)}, median {Units.Number(requests.TurnsPerSessionP50)} turns";
        }
    }

    private static string[] Row(string name, LengthSummary lengths) =>
    [
        name,
        Units.Number(lengths.Mean),
        Units.Number(lengths.StandardDeviation),
        Units.Number(lengths.P50),
        Units.Number(lengths.P90),
        Units.Number(lengths.P99),
        Units.Number(lengths.Maximum),
    ];
}

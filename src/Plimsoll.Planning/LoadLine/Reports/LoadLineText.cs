using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.LoadLine.Simulated;

namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>A load line as a few aligned tables for a terminal.</summary>
public static class LoadLineText
{
    /// <summary>Columns of the table of ways to admit.</summary>
    internal static readonly string[] PolicyHeadings = ["admission", "efficiency", "requests/s", "replicas", "batching", "source"];

    /// <summary>Columns of the table of kinds of replicas.</summary>
    internal static readonly string[] EngineHeadings = ["engine", "replicas", "requests/s each", "traffic share", "more needed", "alone"];

    /// <summary>Writes the report.</summary>
    public static void Write(LoadLineReport report, TextWriter output)
    {
        output.Write(report.Title + "\n");
        foreach (LoadLinePhase phase in report.Phases)
        {
            if (report.Phases.Count > 1)
            {
                output.Write($"\n{phase.Name}, {Units.Percent(phase.Share)} of the requests\n");
            }

            TextTable.Write(
                output,
                [.. LoadLineFacts.Of(phase.Line).Select(fact => (string[])[fact.Name, fact.Value, fact.Formula, fact.Source])],
                leftColumns: 4);
        }

        output.Write('\n');
        foreach (string sentence in Sentences(report))
        {
            output.Write(sentence + "\n");
        }

        output.Write('\n');
        TextTable.Write(output, [PolicyHeadings, .. PolicyRows(report)], leftColumns: 6);
        if (report.Fleet is { } fleet)
        {
            output.Write('\n');
            TextTable.Write(output, [EngineHeadings, .. EngineRows(report, fleet)]);
        }

        output.Write("\nPercent of the line for one percent more:\n");
        TextTable.Write(output, [.. Elasticity.Of(report.Line).Select(each => (string[])[each.Parameter, Signed(each.Value)])]);
        output.Write('\n');
        foreach (string note in report.Notes)
        {
            output.Write(note + "\n");
        }
    }

    /// <summary>The answer in sentences.</summary>
    internal static IEnumerable<string> Sentences(LoadLineReport report)
    {
        if (report.Phases.Count > 1)
        {
            yield return $"load line over all phases: {LoadLineFacts.Rate(report.RequestsPerSecond)}, the harmonic mean by shares of requests.";
        }

        if (report.Rate is { } rate)
        {
            yield return $"{LoadLineFacts.Rate(rate)} at {Units.Percent(report.TargetUtilization)} of the line need "
                + $"{Units.Number(report.Replicas!.Value)} replicas: G = ⌈λ/(ρμ)⌉.";
        }

        if (report.Fleet is { } fleet)
        {
            yield return $"the fleet carries {LoadLineFacts.Rate(fleet.RequestsPerSecond)} if traffic follows each replica's line, "
                + $"{LoadLineFacts.Rate(fleet.EvenlyRouted)} if each gets the same.";
        }

        if (report.Simulated is { } simulated)
        {
            yield return $"simulated ({simulated.Policy}): {Estimate(simulated.RequestsPerSecond)} requests/s where the queue begins to grow, "
                + $"{Estimate(simulated.Saturated)} from a queue that never empties; over {simulated.RequestsPerSecond.Count} replications, ± half the 95 % interval.";
            yield return $"theory is {Units.SignedPercent((report.RequestsPerSecond / simulated.RequestsPerSecond.Mean) - 1)} from simulation; "
                + $"{Describe(simulated.Below)}, {Describe(simulated.Above)}.";
        }
    }

    /// <summary>A row for each way to admit.</summary>
    internal static IEnumerable<string[]> PolicyRows(LoadLineReport report) =>
        from policy in PolicyEfficiency.For(report.Line)
        let rate = policy.Factor * report.RequestsPerSecond
        select (string[])
        [
            policy.Name,
            policy.Factor.ToString("0.000", CultureInfo.InvariantCulture),
            rate.ToString("G4", CultureInfo.InvariantCulture),
            report.Rate is { } wanted ? Units.Number(FleetSizing.Replicas(wanted, rate, report.TargetUtilization)) : Units.None,
            policy.Policies,
            policy.Source,
        ];

    /// <summary>A row for each kind of replica.</summary>
    internal static IEnumerable<string[]> EngineRows(LoadLineReport report, MixedFleet fleet)
    {
        IReadOnlyList<double>? more = report.Rate is { } rate ? fleet.MoreOfEach(rate, report.TargetUtilization) : null;
        for (int i = 0; i < fleet.Engines.Count; i++)
        {
            EngineLine engine = fleet.Engines[i];
            yield return
            [
                engine.Name,
                Units.Count(engine.Count),
                engine.RequestsPerSecond.ToString("G4", CultureInfo.InvariantCulture),
                Units.Percent(engine.Count * engine.RequestsPerSecond / fleet.RequestsPerSecond),
                more is null ? Units.None : Units.Number(more[i]),
                report.Rate is { } alone
                    ? Units.Number(FleetSizing.Replicas(alone, engine.RequestsPerSecond, report.TargetUtilization))
                    : Units.None,
            ];
        }
    }

    /// <summary>A number with its sign.</summary>
    internal static string Signed(double value) => value.ToString("+0.00;−0.00;0", CultureInfo.InvariantCulture);

    private static string Estimate(MeanEstimate estimate) => estimate.Mean.ToString("G4", CultureInfo.InvariantCulture)
        + (double.IsFinite(estimate.HalfWidth) ? " ± " + Units.Number(estimate.HalfWidth) : "");

    private static string Describe(StabilityCheck check) =>
        $"at {LoadLineFacts.Rate(check.RequestsPerSecond)} the queue grows in {check.Growing} of {check.Replications} replications";
}

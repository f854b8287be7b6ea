using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>A plan as a few aligned tables for a terminal.</summary>
public static class FleetPlanText
{
    private const int MostParts = 48;

    /// <summary>Columns of the table of profile parts.</summary>
    internal static readonly string[] PartHeadings = ["from", "requests/s", "replicas", "load line in use"];

    /// <summary>Columns of the table of closed forms.</summary>
    internal static readonly string[] EngineHeadings =
        ["replica", "USD/h each", "load line, requests/s", "at least", "expected", "found", "USD/h"];

    /// <summary>Columns of the table of kinds of replicas without an answer.</summary>
    internal static readonly string[] ReasonHeadings = ["replica", "why not"];

    /// <summary>Writes the report.</summary>
    public static void Write(FleetPlanReport report, TextWriter output)
    {
        output.Write(report.Title + "\n\n");
        foreach (string sentence in Sentences(report))
        {
            output.Write(sentence + "\n");
        }

        IReadOnlyList<SimulatedFleet> front = report.Front;
        if (front.Count > 0)
        {
            output.Write("\nFleets that keep the promises, and that no other beats in price, energy, TTFT and TPOT together:\n");
            TextTable.Write(output, [FleetHeadings(report), .. front.Select(fleet => FleetRow(report, fleet))]);
        }

        output.Write("\nReplicas that were looked at:\n");
        TextTable.Write(output, [EngineHeadings, .. EngineRows(report)]);
        if (Reasons(report).ToArray() is { Length: > 0 } reasons)
        {
            output.Write("\nNot among them:\n");
            TextTable.Write(output, reasons, leftColumns: 2);
        }

        if (report.Profile is { } profile)
        {
            output.Write('\n' + ProfileSentence(report, profile) + '\n');
            if (profile.Parts.Count <= MostParts)
            {
                TextTable.Write(output, [PartHeadings, .. profile.Parts.Select(part => PartRow(report, part))]);
            }
        }

        output.Write('\n');
        foreach (string note in report.Notes)
        {
            output.Write(note + "\n");
        }
    }

    /// <summary>The answer in sentences.</summary>
    public static IEnumerable<string> Sentences(FleetPlanReport report)
    {
        string limits = string.Join(
            ", ", report.Targets.All.Select(limit => $"{LatencyTargets.NameOf(limit.Kind)} ≤ {Units.Seconds(limit.Seconds)}"));
        yield return $"Promised: {report.Targets.Percentile} of {limits}, at {Units.Number(report.Traffic.RequestsPerSecond)} requests/s "
            + $"with {Units.Percent(report.Headroom)} of the load line free.";
        if (report.Cheapest is { } cheapest)
        {
            yield return $"Cheapest: {NameOf(cheapest)} for {Dollars(cheapest.DollarsPerHour)} an hour, "
                + $"{Units.Percent(cheapest.Utilization)} of its load line in use; {Latencies(report, cheapest)}.";
            if (report.Capacity is { } capacity)
            {
                yield return $"It keeps its promises up to {Units.Number(capacity)} requests/s.";
            }

            yield break;
        }

        yield return Infeasibility(report);
    }

    /// <summary>Why there is no answer, and what comes nearest.</summary>
    public static string Infeasibility(FleetPlanReport report)
    {
        if (report.Nearest is { } nearest)
        {
            string broken = string.Join(" and ", nearest.Broken(report.Targets).Select(LatencyTargets.NameOf));
            return nearest.ServesAll
                ? $"No fleet keeps {broken}; nearest is {NameOf(nearest)} for {Dollars(nearest.DollarsPerHour)} an hour: "
                    + $"{Latencies(report, nearest)}."
                : $"No fleet serves every request; nearest is {NameOf(nearest)}.";
        }

        if (report.NearestBound is { } bound)
        {
            LatencyKind kind = bound.Broken!.Value;
            return $"No fleet can keep {LatencyTargets.NameOf(kind)} ≤ {Units.Seconds(report.Targets.LimitOf(kind)!.Value)}; "
                + $"nearest is {bound.Engine.Name}: {bound.Pruned}.";
        }

        return report.Searches.Count == 0 && report.Skipped.Count > 0
            ? $"None of these GPUs can serve this traffic: {report.Skipped[0].Name}: {report.Skipped[0].Reason}."
            : report.Searches.Select(search => search.Pruned).FirstOrDefault(reason =>
                reason is not null) ?? "Nothing was simulated to the end.";
    }

    /// <summary>What following the traffic saves.</summary>
    internal static string ProfileSentence(FleetPlanReport report, DailyProfile profile)
    {
        double price = report.Cheapest!.Engine.DollarsPerReplicaHour;
        return $"Replicas by {Units.Seconds(profile.PartSeconds)}, {report.Cheapest.Engine.Name}: "
            + $"at most {Units.Count(profile.PeakReplicas)}, "
            + $"{Units.Number(profile.ReplicaHours)} replica hours instead of {Units.Number(profile.PeakReplicaHours)}; "
            + $"following the traffic saves {Units.Percent(profile.SavedFraction)}, "
            + $"{Dollars(price * (profile.PeakReplicaHours - profile.ReplicaHours))} "
            + $"of {Dollars(price * profile.PeakReplicaHours)}.";
    }

    /// <summary>Columns of the table of fleets.</summary>
    internal static string[] FleetHeadings(FleetPlanReport report) =>
    [
        "fleet", "USD/h", $"TTFT {report.Targets.Percentile}", $"TPOT {report.Targets.Percentile}", $"E2E {report.Targets.Percentile}",
        "J/request", "line in use", "good/USD", "good/kJ",
    ];

    /// <summary>A row for a fleet.</summary>
    internal static string[] FleetRow(FleetPlanReport report, SimulatedFleet fleet) =>
    [
        NameOf(fleet) + (ReferenceEquals(fleet, report.Cheapest) || fleet == report.Cheapest ? " (cheapest)" : ""),
        Number(fleet.DollarsPerHour),
        Seconds(fleet.Latency(LatencyKind.Ttft)),
        Seconds(fleet.Latency(LatencyKind.Tpot)),
        Seconds(fleet.Latency(LatencyKind.E2e)),
        Estimate(fleet.JoulesPerRequest, 1),
        Units.Percent(fleet.Utilization),
        Estimate(fleet.GoodRequestsPerDollar, 1),
        Estimate(fleet.GoodRequestsPerJoule, 1000),
    ];

    /// <summary>A row for each kind of replica that can serve at all.</summary>
    internal static IEnumerable<string[]> EngineRows(FleetPlanReport report) => report.Searches.Select(search => (string[])
    [
        search.Engine.Name,
        Number(search.Engine.DollarsPerReplicaHour),
        search.Engine.Line.RequestsPerSecond.ToString("G4", CultureInfo.InvariantCulture),
        Units.Number(search.Estimate.LeastReplicas),
        Units.Number(search.Estimate.ExpectedReplicas),
        search.Found is { } found ? Units.Count(found) : Units.None,
        search.Least is { } least ? Number(least.DollarsPerHour) : Units.None,
    ]);

    /// <summary>A row for each kind of replica without an answer, those that cannot serve at all last.</summary>
    internal static IEnumerable<string[]> Reasons(FleetPlanReport report) =>
    [
        .. report.Searches.Where(search => search.Found is null).Select(search => (string[])[search.Engine.Name, WhyNot(report, search)]),
        .. report.Skipped.Select(skipped => (string[])[skipped.Name, skipped.Reason]),
    ];

    /// <summary>A row for a part of the time.</summary>
    internal static string[] PartRow(FleetPlanReport report, ProfilePart part) =>
    [
        Units.Seconds(part.StartSeconds),
        Units.Number(part.RequestsPerSecond),
        Units.Count(part.Replicas),
        Units.Percent(part.RequestsPerSecond / (part.Replicas * report.Cheapest!.Engine.Line.RequestsPerSecond)),
    ];

    /// <summary>A fleet in a few words.</summary>
    public static string NameOf(SimulatedFleet fleet) => $"{Units.Count(fleet.Replicas)} × ({fleet.Engine.Name})";

    /// <summary>An amount of US dollars.</summary>
    internal static string Dollars(double amount) => Number(amount) + " USD";

    private static string Latencies(FleetPlanReport report, SimulatedFleet fleet) => string.Join(
        ", ",
        report.Targets.All.Select(limit =>
            $"{LatencyTargets.NameOf(limit.Kind)} {report.Targets.Percentile} {Seconds(fleet.Latency(limit.Kind))}"));

    private static string WhyNot(FleetPlanReport report, EngineSearch search)
    {
        if (search.Pruned is { } reason)
        {
            return reason;
        }

        if (search.TooDear)
        {
            return $"costs more than {Units.Number(FleetSearch.PriceRange)} times the cheapest fleet";
        }

        return search.Next is null && search.Tried.MinBy(fleet => (fleet.Excess(report.Targets), fleet.Replicas)) is { } nearest
            ? $"breaks its promises: {Units.Count(nearest.Replicas)} replicas have {Latencies(report, nearest)}"
            : "not searched to the end";
    }

    private static string Number(double value) => value.ToString("#,0.00", CultureInfo.InvariantCulture);

    private static string Seconds(MeanEstimate estimate)
    {
        if (!double.IsFinite(estimate.Mean))
        {
            return Units.None;
        }

        (double scale, string unit) = Units.TimeUnit(estimate.Mean);
        return Estimate(estimate, 1 / scale) + " " + unit;
    }

    private static string Estimate(MeanEstimate estimate, double factor) => Units.Number(factor * estimate.Mean)
        + (double.IsFinite(estimate.HalfWidth) ? " ± " + Units.Number(factor * estimate.HalfWidth) : "");
}

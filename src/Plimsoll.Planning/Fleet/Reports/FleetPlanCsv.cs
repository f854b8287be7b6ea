using System.Globalization;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>Every simulated fleet of a plan as a row of a table, cheapest first.</summary>
public static class FleetPlanCsv
{
    /// <summary>Writes the table.</summary>
    public static void Write(FleetPlanReport report, TextWriter output)
    {
        output.Write("engine,gpu,tensor_parallel,replicas,dollars_per_hour,keeps_slo,on_front");
        foreach (string name in (string[])["ttft_seconds", "tpot_seconds", "e2e_seconds", "joules_per_request", "good_requests_per_dollar"])
        {
            output.Write($",{name},{name}_low,{name}_high");
        }

        output.Write('\n');
        IReadOnlyList<SimulatedFleet> front = report.Front;
        foreach (SimulatedFleet fleet in report.Searches
            .SelectMany(search => search.Tried)
            .OrderBy(fleet => fleet.DollarsPerHour)
            .ThenBy(fleet => fleet.Engine.Id)
            .ThenBy(fleet => fleet.Replicas))
        {
            string[] cells =
            [
                fleet.Engine.Name, fleet.Engine.Gpu, Text(fleet.Engine.TensorParallel), Text(fleet.Replicas), Text(fleet.DollarsPerHour),
                fleet.Keeps(report.Targets) ? "true" : "false", front.Contains(fleet) ? "true" : "false",
            ];
            MeanEstimate[] estimates =
            [
                fleet.Latency(LatencyKind.Ttft), fleet.Latency(LatencyKind.Tpot), fleet.Latency(LatencyKind.E2e), fleet.JoulesPerRequest,
                fleet.GoodRequestsPerDollar,
            ];
            output.Write(string.Join(',', cells.Concat(estimates.SelectMany(each =>
                (string[])[Text(each.Mean), Text(each.Low), Text(each.High)]))));
            output.Write('\n');
        }
    }

    private static string Text(double value) => double.IsFinite(value) ? value.ToString(CultureInfo.InvariantCulture) : "";
}

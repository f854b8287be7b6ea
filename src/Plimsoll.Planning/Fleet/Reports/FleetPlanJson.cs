using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Fleet.Simulated;
using Plimsoll.Planning.LoadLine.Reports;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>A plan as one JSON document; what differs from run to run (<c>wall</c>) stands last.</summary>
public static class FleetPlanJson
{
    /// <summary>Writes the document as UTF-8.</summary>
    public static void Write(FleetPlanReport report, Stream output) =>
        JsonReport.WriteDocument(output, writer => WriteFields(writer, report));

    private static void WriteFields(Utf8JsonWriter writer, FleetPlanReport report)
    {
        writer.WriteString("title", report.Title);
        writer.WriteStartObject("traffic");
        JsonReport.WriteNumber(writer, "requests_per_second", report.Traffic.RequestsPerSecond);
        writer.WriteString("method", report.Traffic.Method);
        writer.WriteEndObject();
        WriteTargets(writer, report);
        writer.WriteBoolean("feasible", report.Cheapest is not null);
        WriteFleetOrNull(writer, "cheapest", report, report.Cheapest);
        JsonReport.WriteNumber(writer, "cheapest_capacity_requests_per_second", report.Capacity ?? double.NaN);
        writer.WriteStartArray("pareto_front");
        foreach (SimulatedFleet fleet in report.Front)
        {
            WriteFleet(writer, report, fleet);
        }

        writer.WriteEndArray();
        WriteFleetOrNull(writer, "nearest", report, report.Nearest);
        if (report.Cheapest is null)
        {
            writer.WriteString("infeasible_because", FleetPlanText.Infeasibility(report));
        }

        WriteEngines(writer, report);
        WriteSkipped(writer, report);
        WriteProfile(writer, report);
        WriteFormulas(writer);
        writer.WriteNumber("replications", report.Replications);
        JsonReport.WriteDigest(writer, report.Digest);
        writer.WriteNumber("seed", report.Seed);
        writer.WriteBoolean("partial", report.Partial);
        JsonReport.WriteEntries(writer, "configuration", report.Configuration);
        JsonReport.WriteStrings(writer, "notes", report.Notes);
        if (report.Wall is { } wall)
        {
            writer.WriteStartObject("wall");
            JsonReport.WriteNumber(writer, "seconds", wall.Seconds);
            JsonReport.WriteNumber(writer, "requests_per_second", wall.RequestsPerSecond);
            writer.WriteNumber("peak_memory_bytes", wall.PeakMemoryBytes);
            writer.WriteEndObject();
        }
    }

    private static void WriteTargets(Utf8JsonWriter writer, FleetPlanReport report)
    {
        writer.WriteStartObject("slo");
        JsonReport.WriteNumber(writer, "percentile", 100 * report.Targets.Quantile);
        JsonReport.WriteNumber(writer, "ttft_seconds", report.Targets.LimitOf(LatencyKind.Ttft) ?? double.NaN);
        JsonReport.WriteNumber(writer, "tpot_seconds", report.Targets.LimitOf(LatencyKind.Tpot) ?? double.NaN);
        JsonReport.WriteNumber(writer, "e2e_seconds", report.Targets.LimitOf(LatencyKind.E2e) ?? double.NaN);
        JsonReport.WriteNumber(writer, "headroom", report.Headroom);
        writer.WriteEndObject();
    }

    private static void WriteFleetOrNull(Utf8JsonWriter writer, string name, FleetPlanReport report, SimulatedFleet? fleet)
    {
        writer.WritePropertyName(name);
        if (fleet is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            WriteFleet(writer, report, fleet);
        }
    }

    private static void WriteFleet(Utf8JsonWriter writer, FleetPlanReport report, SimulatedFleet fleet)
    {
        writer.WriteStartObject();
        writer.WriteString("engine", fleet.Engine.Name);
        writer.WriteString("gpu", fleet.Engine.Gpu);
        writer.WriteNumber("tensor_parallel", fleet.Engine.TensorParallel);
        writer.WriteNumber("replicas", fleet.Replicas);
        writer.WriteNumber("gpus", fleet.Gpus);
        JsonReport.WriteNumber(writer, "dollars_per_hour", fleet.DollarsPerHour);
        JsonReport.WriteNumber(writer, "load_line_utilization", fleet.Utilization);
        writer.WriteBoolean("keeps_slo", fleet.Keeps(report.Targets));
        WriteEstimate(writer, "ttft_seconds", fleet.Latency(LatencyKind.Ttft));
        WriteEstimate(writer, "tpot_seconds", fleet.Latency(LatencyKind.Tpot));
        WriteEstimate(writer, "e2e_seconds", fleet.Latency(LatencyKind.E2e));
        WriteEstimate(writer, "watts", fleet.Watts);
        WriteEstimate(writer, "joules_per_request", fleet.JoulesPerRequest);
        WriteEstimate(writer, "goodput_requests_per_second", fleet.GoodputRequestsPerSecond);
        WriteEstimate(writer, "good_requests_per_dollar", fleet.GoodRequestsPerDollar);
        WriteEstimate(writer, "good_requests_per_joule", fleet.GoodRequestsPerJoule);
        writer.WriteBoolean("serves_all", fleet.ServesAll);
        JsonReport.WriteStrings(writer, "broken",
            [.. fleet.Broken(report.Targets).Select(kind => LatencyTargets.NameOf(kind).ToLowerInvariant())]);
        writer.WriteEndObject();
    }

    private static void WriteEngines(Utf8JsonWriter writer, FleetPlanReport report)
    {
        writer.WriteStartArray("engines");
        foreach (EngineSearch search in report.Searches)
        {
            writer.WriteStartObject();
            writer.WriteString("engine", search.Engine.Name);
            JsonReport.WriteNumber(writer, "dollars_per_gpu_hour", search.Engine.DollarsPerGpuHour);
            JsonReport.WriteNumber(writer, "load_line_requests_per_second", search.Engine.Line.RequestsPerSecond);
            writer.WriteString("binding", LoadLineFacts.NameOf(search.Engine.Line.Binding));
            JsonReport.WriteNumber(writer, "least_replicas", search.Estimate.LeastReplicas);
            JsonReport.WriteNumber(writer, "expected_replicas", search.Estimate.ExpectedReplicas);
            JsonReport.WriteNumber(writer, "ttft_bound_seconds", search.Bounds.TtftSeconds);
            JsonReport.WriteNumber(writer, "tpot_bound_seconds", search.Bounds.TpotSeconds);
            JsonReport.WriteNumber(writer, "e2e_bound_seconds", search.Bounds.E2eSeconds);
            writer.WriteString("pruned", search.Pruned);
            writer.WriteBoolean("too_dear", search.TooDear);
            JsonReport.WriteNumber(writer, "replicas", search.Found ?? double.NaN);
            writer.WriteStartArray("simulated");
            foreach (SimulatedFleet fleet in search.Tried)
            {
                WriteFleet(writer, report, fleet);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSkipped(Utf8JsonWriter writer, FleetPlanReport report)
    {
        writer.WriteStartArray("skipped");
        foreach (SkippedEngine skipped in report.Skipped)
        {
            writer.WriteStartObject();
            writer.WriteString("engine", skipped.Name);
            writer.WriteString("reason", skipped.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteProfile(Utf8JsonWriter writer, FleetPlanReport report)
    {
        if (report.Profile is not { } profile)
        {
            return;
        }

        double price = report.Cheapest!.Engine.DollarsPerReplicaHour;
        writer.WriteStartObject("profile");
        writer.WriteString("engine", report.Cheapest.Engine.Name);
        JsonReport.WriteNumber(writer, "part_seconds", profile.PartSeconds);
        JsonReport.WriteNumber(writer, "replica_requests_per_second", profile.ReplicaRequestsPerSecond);
        writer.WriteNumber("peak_replicas", profile.PeakReplicas);
        JsonReport.WriteNumber(writer, "replica_hours", profile.ReplicaHours);
        JsonReport.WriteNumber(writer, "peak_replica_hours", profile.PeakReplicaHours);
        JsonReport.WriteNumber(writer, "saved_fraction", profile.SavedFraction);
        JsonReport.WriteNumber(writer, "saved_dollars", price * (profile.PeakReplicaHours - profile.ReplicaHours));
        writer.WriteStartArray("parts");
        foreach (ProfilePart part in profile.Parts)
        {
            writer.WriteStartObject();
            JsonReport.WriteNumber(writer, "start_seconds", part.StartSeconds);
            JsonReport.WriteNumber(writer, "seconds", part.Seconds);
            writer.WriteNumber("requests", part.Requests);
            JsonReport.WriteNumber(writer, "requests_per_second", part.RequestsPerSecond);
            writer.WriteNumber("replicas", part.Replicas);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFormulas(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("formulas");
        foreach (LoadLineFact fact in FleetPlanFacts.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", fact.Name);
            writer.WriteString("formula", fact.Formula);
            writer.WriteString("source", fact.Source);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEstimate(Utf8JsonWriter writer, string name, MeanEstimate estimate)
    {
        writer.WriteStartObject(name);
        JsonReport.WriteNumber(writer, "mean", estimate.Mean);
        JsonReport.WriteInterval(writer, "ci95", estimate);

        writer.WriteEndObject();
    }
}

using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.LoadLine.Simulated;

namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>
/// A load line as one JSON document. Limits that do not exist are null. With several phases, rates at the top are those over all phases and
/// everything else there is that of the slowest; each stands in <c>phases</c>.
/// </summary>
public static class LoadLineJson
{
    /// <summary>Writes the document as UTF-8, ending in a line feed.</summary>
    public static void Write(LoadLineReport report, Stream output) => JsonReport.WriteDocument(output, writer => WriteFields(writer, report));

    private static void WriteFields(Utf8JsonWriter writer, LoadLineReport report)
    {
        writer.WriteString("title", report.Title);
        WriteLine(writer, report.Line, report.Over);
        WriteFleet(writer, report);
        WritePolicies(writer, report);
        writer.WriteStartArray("sensitivity");
        foreach (Elasticity elasticity in Elasticity.Of(report.Line))
        {
            writer.WriteStartObject();
            writer.WriteString("parameter", elasticity.Parameter);
            JsonReport.WriteNumber(writer, "elasticity", elasticity.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (report.Phases.Count > 1)
        {
            WritePhases(writer, report);
        }

        if (report.Simulated is { } simulated)
        {
            WriteSimulated(writer, simulated, report.RequestsPerSecond);
        }

        WriteFacts(writer, report);
        writer.WriteNumber("seed", report.Seed);
        writer.WriteBoolean("partial", report.Partial);
        JsonReport.WriteEntries(writer, "configuration", report.Configuration);
        JsonReport.WriteStrings(writer, "notes", report.Notes);
        writer.WriteStartObject("wall");
        JsonReport.WriteNumber(writer, "closed_form_seconds", report.ClosedFormSeconds);
        JsonReport.WriteNumber(writer, "simulation_seconds", report.SimulationSeconds);
        writer.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter writer, LoadLineEstimate line, Func<Func<LoadLineEstimate, double>, double> over)
    {
        writer.WriteStartObject("load_line");
        JsonReport.WriteNumber(writer, "requests_per_second", over(each => each.RequestsPerSecond));
        JsonReport.WriteNumber(writer, "guaranteed_stable_below", over(each => each.GuaranteedStableBelow));
        JsonReport.WriteNumber(writer, "memory_bound", over(each => each.MemoryBound));
        JsonReport.WriteNumber(writer, "compute_bound", over(each => each.ComputeBound));
        JsonReport.WriteNumber(writer, "sequence_bound", over(each => each.SequenceBound));
        writer.WriteString("binding", LoadLineFacts.NameOf(line.Binding));
        JsonReport.WriteNumber(writer, "step_seconds", line.StepSeconds);
        JsonReport.WriteNumber(writer, "requests_per_step", line.RequestsPerStep);
        JsonReport.WriteNumber(writer, "resident_requests", line.ResidentRequests);
        JsonReport.WriteNumber(writer, "resident_tokens", line.ResidentTokens);
        JsonReport.WriteNumber(writer, "peak_reservation_requests_per_second", over(each => each.PeakReservationRate));
        writer.WriteEndObject();
        RequestMoments moments = line.Moments;
        writer.WriteStartObject("request_memory");
        JsonReport.WriteNumber(writer, "mean_token_steps", moments.TokenSteps);
        JsonReport.WriteNumber(writer, "occupied_token_steps", line.OccupiedTokenSteps);
        JsonReport.WriteNumber(writer, "max_fraction", line.MaxFraction);
        writer.WriteNumber("max_tokens", moments.LongestTokens);
        JsonReport.WriteNumber(writer, "mean_prompt_tokens", moments.Prompt);
        JsonReport.WriteNumber(writer, "mean_cached_tokens", moments.Cached);
        JsonReport.WriteNumber(writer, "mean_output_tokens", moments.Output);
        JsonReport.WriteNumber(writer, "mean_resident_steps", moments.ResidentSteps);
        writer.WriteNumber("requests", moments.Requests);
        writer.WriteEndObject();
    }

    private static void WriteFleet(Utf8JsonWriter writer, LoadLineReport report)
    {
        writer.WriteStartObject("fleet");
        WriteOptional(writer, "requests_per_second", report.Rate);
        JsonReport.WriteNumber(writer, "target_utilization", report.TargetUtilization);
        WriteOptional(writer, "replicas", report.Replicas);
        if (report.Fleet is { } fleet)
        {
            JsonReport.WriteNumber(writer, "total_requests_per_second", fleet.RequestsPerSecond);
            JsonReport.WriteNumber(writer, "evenly_routed_requests_per_second", fleet.EvenlyRouted);
            IReadOnlyList<double>? more = report.Rate is { } rate ? fleet.MoreOfEach(rate, report.TargetUtilization) : null;
            writer.WriteStartArray("engines");
            for (int i = 0; i < fleet.Engines.Count; i++)
            {
                EngineLine engine = fleet.Engines[i];
                writer.WriteStartObject();
                writer.WriteString("engine", engine.Name);
                writer.WriteNumber("replicas", engine.Count);
                JsonReport.WriteNumber(writer, "requests_per_second", engine.RequestsPerSecond);
                JsonReport.WriteNumber(writer, "traffic_share", engine.Count * engine.RequestsPerSecond / fleet.RequestsPerSecond);
                WriteOptional(writer, "more_needed", more?[i]);
                WriteOptional(
                    writer,
                    "replicas_alone",
                    report.Rate is { } alone ? FleetSizing.Replicas(alone, engine.RequestsPerSecond, report.TargetUtilization) : null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WritePolicies(Utf8JsonWriter writer, LoadLineReport report)
    {
        writer.WriteStartArray("policies");
        foreach (PolicyEfficiency policy in PolicyEfficiency.For(report.Line))
        {
            double rate = policy.Factor * report.RequestsPerSecond;
            writer.WriteStartObject();
            writer.WriteString("admission", policy.Name);
            JsonReport.WriteNumber(writer, "efficiency", policy.Factor);
            JsonReport.WriteNumber(writer, "requests_per_second", rate);
            WriteOptional(
                writer, "replicas", report.Rate is { } wanted ? FleetSizing.Replicas(wanted, rate, report.TargetUtilization) : null);
            writer.WriteString("batching", policy.Policies);
            writer.WriteString("source", policy.Source);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePhases(Utf8JsonWriter writer, LoadLineReport report)
    {
        writer.WriteStartArray("phases");
        foreach (LoadLinePhase phase in report.Phases)
        {
            writer.WriteStartObject();
            writer.WriteString("phase", phase.Name);
            JsonReport.WriteNumber(writer, "share", phase.Share);
            WriteLine(writer, phase.Line, rate => rate(phase.Line));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSimulated(Utf8JsonWriter writer, SimulatedLine simulated, double theory)
    {
        writer.WriteStartObject("simulated");
        WriteEstimate(writer, simulated.RequestsPerSecond);
        JsonReport.WriteNumber(writer, "theory_over_simulated", theory / simulated.RequestsPerSecond.Mean);
        writer.WriteString("batching", simulated.Policy);
        writer.WriteNumber("replications", simulated.RequestsPerSecond.Count);
        writer.WriteNumber("requests_per_run", simulated.RequestsPerRun);
        writer.WriteStartObject("saturated");
        WriteEstimate(writer, simulated.Saturated);
        writer.WriteEndObject();
        writer.WriteStartArray("checks");
        foreach (StabilityCheck check in (StabilityCheck[])[simulated.Below, simulated.Above])
        {
            writer.WriteStartObject();
            JsonReport.WriteNumber(writer, "requests_per_second", check.RequestsPerSecond);
            writer.WriteNumber("growing", check.Growing);
            writer.WriteNumber("replications", check.Replications);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter writer, LoadLineReport report)
    {
        writer.WriteStartArray("formulas");
        foreach (LoadLineFact fact in LoadLineFacts.Of(report.Line))
        {
            writer.WriteStartObject();
            writer.WriteString("name", fact.Name);
            writer.WriteString("value", fact.Value);
            writer.WriteString("formula", fact.Formula);
            writer.WriteString("source", fact.Source);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEstimate(Utf8JsonWriter writer, MeanEstimate estimate)
    {
        JsonReport.WriteNumber(writer, "requests_per_second", estimate.Mean);
        JsonReport.WriteInterval(writer, "ci95", estimate);
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, double? value) =>
        JsonReport.WriteNumber(writer, name, value ?? double.NaN);
}

using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>
/// An Attention/FFN ratio as one JSON document. Times and throughput are in the unit of the cost coefficients; an infinite ratio is null.
/// </summary>
internal static class AfdJson
{
    public static void Write(AfdReport report, Stream output) => JsonReport.WriteDocument(output, writer => WriteFields(writer, report));

    private static void WriteFields(Utf8JsonWriter writer, AfdReport report)
    {
        AfdPlan plan = report.Plan;
        writer.WriteString("title", report.Title);
        writer.WriteStartObject("slot_load");
        JsonReport.WriteNumber(writer, "mean", plan.Question.Workload.Law.Mean);
        JsonReport.WriteNumber(writer, "std", plan.Question.Workload.Law.Deviation);
        writer.WriteEndObject();
        WriteMeanField(writer, plan);
        WriteBest(writer, "barrier_aware", plan.BarrierAware.Ratio, plan.BarrierAware.BarrierAware);
        WriteBest(writer, "overlapped", plan.Overlapped.Ratio, plan.Overlapped.Overlapped, plan.Question.Microbatches);
        if (plan is { MeanFieldEnergy: { } energy, BarrierAwareEnergy: { } best })
        {
            writer.WriteStartObject("energy");
            JsonReport.WriteNumber(writer, "mean_field_ratio", energy.Ratio);
            JsonReport.WriteNumber(writer, "mean_field_peak", energy.Peak);
            writer.WriteNumber("ratio", best.Ratio);
            JsonReport.WriteNumber(writer, "tokens_per_energy", best.BarrierAware.TokensPerEnergy);
            writer.WriteEndObject();
        }

        WriteSimulated(writer, report);
        writer.WriteStartArray("curve");
        foreach (AfdCurvePoint point in plan.Curve)
        {
            WritePoint(writer, point, report.SimulatedAt(point.Ratio), plan.Question.Powers is not null);
        }

        writer.WriteEndArray();
        if (report.Simulation is not null)
        {
            JsonReport.WriteDigest(writer, report.Digest);
        }

        writer.WriteNumber("seed", report.Seed);
        writer.WriteBoolean("partial", report.Partial);
        JsonReport.WriteEntries(writer, "configuration", report.Configuration);
        JsonReport.WriteStrings(writer, "notes", report.Notes);
        writer.WriteStartObject("wall");
        JsonReport.WriteNumber(writer, "closed_form_seconds", report.ClosedFormSeconds);
        JsonReport.WriteNumber(writer, "simulation_seconds", report.SimulationSeconds);
        writer.WriteEndObject();
    }

    private static void WriteMeanField(Utf8JsonWriter writer, AfdPlan plan)
    {
        writer.WriteStartObject("mean_field");
        JsonReport.WriteNumber(writer, "ratio", plan.MeanField.Ratio);
        JsonReport.WriteNumber(writer, "attention_bound", plan.MeanField.AttentionBound);
        JsonReport.WriteNumber(writer, "comm_bound", plan.MeanField.CommunicationBound);
        JsonReport.WriteNumber(writer, "peak", plan.MeanField.Peak);
        JsonReport.WriteNumber(writer, "slot_load", plan.MeanLoad);
        writer.WriteNumber("whole_ratio", plan.MeanFieldBest.Ratio);
        JsonReport.WriteNumber(writer, "throughput_per_instance", plan.MeanFieldBest.MeanField.ThroughputPerInstance);
        writer.WriteEndObject();
    }

    private static void WriteBest(Utf8JsonWriter writer, string name, int ratio, AfdStep step, int? microbatches = null)
    {
        writer.WriteStartObject(name);
        if (microbatches is { } count)
        {
            writer.WriteNumber("microbatches", count);
        }

        writer.WriteNumber("ratio", ratio);
        WriteStep(writer, step, energy: false);
        writer.WriteEndObject();
    }

    private static void WriteSimulated(Utf8JsonWriter writer, AfdReport report)
    {
        if (report.Best is not { } best || report.Simulation is not { } simulation)
        {
            writer.WriteNull("simulated");
            return;
        }

        writer.WriteStartObject("simulated");
        writer.WriteNumber("ratio", best.Ratio);
        WriteRuns(writer, best);
        writer.WriteStartArray("indistinguishable_ratios");
        foreach (int rival in report.Rivals)
        {
            writer.WriteNumberValue(rival);
        }

        writer.WriteEndArray();
        writer.WriteNumber("steps", simulation.Steps);
        writer.WriteNumber("microbatches", report.Plan.Question.Microbatches);
        writer.WriteString("start", simulation.Start == AfdStart.Empty ? "empty" : "stationary");
        writer.WriteNumber("replications", simulation.Replications);
        writer.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter writer, AfdCurvePoint point, SimulatedRatio? simulated, bool energy)
    {
        writer.WriteStartObject();
        writer.WriteNumber("ratio", point.Ratio);
        JsonReport.WriteNumber(writer, "ffn_time", point.FfnTime);
        JsonReport.WriteNumber(writer, "comm_time", point.CommunicationTime);
        WriteStep(writer, "mean_field", point.MeanField, energy);
        WriteStep(writer, "barrier_aware", point.BarrierAware, energy);
        WriteStep(writer, "overlapped", point.Overlapped, energy);
        if (simulated is not null)
        {
            writer.WriteStartObject("simulated");
            WriteRuns(writer, simulated);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("simulated");
        }

        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, string name, AfdStep step, bool energy)
    {
        writer.WriteStartObject(name);
        WriteStep(writer, step, energy);
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, AfdStep step, bool energy)
    {
        JsonReport.WriteNumber(writer, "throughput_per_instance", step.ThroughputPerInstance);
        JsonReport.WriteNumber(writer, "step_time", step.Time);
        JsonReport.WriteNumber(writer, "attention_idle_fraction", step.AttentionIdleFraction);
        JsonReport.WriteNumber(writer, "ffn_idle_fraction", step.FfnIdleFraction);
        if (energy)
        {
            JsonReport.WriteNumber(writer, "tokens_per_energy", step.TokensPerEnergy);
        }
    }

    private static void WriteRuns(Utf8JsonWriter writer, SimulatedRatio runs)
    {
        WriteEstimate(writer, "throughput_per_instance", "ci95", runs.Throughput);
        WriteEstimate(writer, "attention_idle_fraction", "attention_idle_ci95", runs.AttentionIdle);
        WriteEstimate(writer, "ffn_idle_fraction", "ffn_idle_ci95", runs.FfnIdle);
        WriteEstimate(writer, "slot_load", "slot_load_ci95", runs.SlotLoad);
    }

    private static void WriteEstimate(Utf8JsonWriter writer, string name, string interval, MeanEstimate estimate)
    {
        JsonReport.WriteNumber(writer, name, estimate.Mean);
        JsonReport.WriteInterval(writer, interval, estimate);
    }
}

using System.CommandLine;
using System.Text.Json;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary><c>plimsoll catalog models</c>: the models Plimsoll knows.</summary>
internal static class CatalogModelsCommand
{
    private const string Help = """
        Models: parameters, memory of weights and KV cache, shape, and where that comes from.

        Examples:
          plimsoll catalog models
          plimsoll catalog models llama-3.1-8b
          plimsoll catalog models --catalog mine.json --json
        """;

    private static readonly string[] Headings =
        ["name", "parameters", "active", "weights", "KV per token", "layers", "heads", "positions", "verified"];

    public static Command Create()
    {
        Argument<string?> name = Arg.Optional("NAME", "One model, by any of its names (default: all).");
        Option<string?> file = new FleetOptions().Catalog;
        Option<bool> json = new OutputOptions().Json;
        var command = new Command("models", Help) { name, file, json };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? name, string? file, bool json)
    {
        var problems = new InputProblems();
        PerformanceCatalog? catalog = Hardware.CatalogOf(file, problems);
        ModelSpec? one = name is null ? null : catalog?.FindModel(name);
        if (catalog is not null && name is not null && one is null)
        {
            problems.Add("NAME", catalog.UnknownModel(name));
        }

        if (catalog is null || problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (json)
        {
            MachineOutput.Write(writer => WriteModels(writer, catalog, one is null ? catalog.Models : [one]));
        }
        else if (one is not null)
        {
            Print(Console.Out, one, catalog);
        }
        else
        {
            TextTable.Write(Console.Out, [Headings, .. catalog.Models.Select(Row)]);
        }

        return ExitCode.Done;
    }

    private static KvLayout KvOf(ModelSpec model) => KvLayout.Of(model.Architecture, KvFormat.SixteenBit, tensorParallel: 1);

    private static long WeightBytesOf(ModelSpec model, in ParameterCounts counts) => WeightBytes.Of(counts, model.NativeWeights).Total;

    private static string Heads(ModelArchitecture shape) =>
        shape.KvHeads > 0 ? $"{shape.AttentionHeads}/{shape.KvHeads}" : Units.Count(shape.AttentionHeads);

    private static string[] Row(ModelSpec model)
    {
        var counts = ParameterCounts.Of(model.Architecture);
        return
        [
            model.Id,
            Units.Compact(counts.Total),
            Units.Compact(counts.ActivePerToken),
            Units.Bytes(WeightBytesOf(model, counts)),
            Units.Bytes(KvOf(model).BytesPerToken),
            Units.Count(model.Architecture.Layers),
            Heads(model.Architecture),
            model.Architecture.MaxPositions is { } positions ? Units.Count(positions) : Units.None,
            model.Provenance.Verified ? "yes" : "no",
        ];
    }

    private static void Print(TextWriter output, ModelSpec model, PerformanceCatalog catalog)
    {
        ModelArchitecture shape = model.Architecture;
        var counts = ParameterCounts.Of(shape);
        KvLayout kv = KvOf(model);
        var sheet = new FactSheet();
        sheet.Add("hub name", model.HuggingFaceId);
        sheet.Add("aliases", string.Join(", ", model.Aliases));
        sheet.Add("parameters", $"{Units.Count(counts.Total)}, {Units.Count(counts.ActivePerToken)} at work for a token");
        sheet.Add("compared with", $"{model.TotalEvidence.Replace('_', ' ')} published total");
        sheet.AddBytes($"weights in {WeightFormats.NameOf(model.NativeWeights)}", WeightBytesOf(model, counts));
        sheet.AddBytes("KV cache per token at 16 bit", kv.BytesPerToken);
        if (kv.WindowedBytesPerToken > 0)
        {
            sheet.Add("  of which", $"{Units.Bytes(kv.WindowedBytesPerToken)} for the latest {Units.Count(kv.WindowTokens)} tokens only");
        }

        if (kv.StateBytesPerSequence > 0)
        {
            sheet.AddBytes("state per sequence", kv.StateBytesPerSequence);
        }

        sheet.Add("layers", shape.Layers + (shape.AttentionLayers == shape.Layers ? "" : $", {shape.AttentionLayers} with attention"));
        sheet.Add("query/KV heads", Heads(shape));
        sheet.Add("hidden size", Units.Count(shape.HiddenSize));
        sheet.Add("experts", shape.Experts is { } experts ? $"{experts.Routed} routed, {experts.PerToken} for a token" : null);
        sheet.Add("longest sequence", shape.MaxPositions is { } positions ? $"{Units.Count(positions)} tokens" : null);
        sheet.AddProvenance(model.Provenance, catalog.Sources, "models");
        sheet.Write(output, model.Id);
    }

    private static void WriteModels(Utf8JsonWriter writer, PerformanceCatalog catalog, IReadOnlyList<ModelSpec> models)
    {
        writer.WriteStartArray("models");
        foreach (ModelSpec model in models)
        {
            writer.WriteStartObject();
            WriteModel(writer, model);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        CatalogJson.WriteSources(writer, catalog, "models");
    }

    private static void WriteModel(Utf8JsonWriter writer, ModelSpec model)
    {
        ModelArchitecture shape = model.Architecture;
        var counts = ParameterCounts.Of(shape);
        KvLayout kv = KvOf(model);
        writer.WriteString("name", model.Id);
        writer.WriteString("hugging_face_id", model.HuggingFaceId);
        JsonReport.WriteStrings(writer, "aliases", model.Aliases);
        writer.WriteNumber("parameters_total", counts.Total);
        writer.WriteNumber("parameters_active_per_token", counts.ActivePerToken);
        writer.WriteString("native_weights", WeightFormats.NameOf(model.NativeWeights));
        writer.WriteNumber("weight_bytes", WeightBytesOf(model, counts));
        writer.WriteNumber("kv_bytes_per_token", kv.BytesPerToken);
        writer.WriteNumber("kv_windowed_bytes_per_token", kv.WindowedBytesPerToken);
        CatalogJson.WriteNumber(writer, "kv_window_tokens", kv.WindowedBytesPerToken > 0 ? kv.WindowTokens : null);
        writer.WriteNumber("state_bytes_per_sequence", kv.StateBytesPerSequence);
        writer.WriteNumber("layers", shape.Layers);
        writer.WriteNumber("attention_layers", shape.AttentionLayers);
        writer.WriteNumber("attention_heads", shape.AttentionHeads);
        writer.WriteNumber("kv_heads", shape.KvHeads);
        writer.WriteNumber("head_dim", shape.HeadDim);
        writer.WriteNumber("hidden_size", shape.HiddenSize);
        writer.WriteNumber("intermediate_size", shape.IntermediateSize);
        writer.WriteNumber("vocabulary_size", shape.VocabularySize);
        CatalogJson.WriteNumber(writer, "max_positions", shape.MaxPositions);
        CatalogJson.WriteNumber(writer, "experts_routed", shape.Experts?.Routed);
        CatalogJson.WriteNumber(writer, "experts_per_token", shape.Experts?.PerToken);
        CatalogJson.WriteNumber(writer, "expert_intermediate_size", shape.Experts?.IntermediateSize);
        writer.WriteString("total_evidence", model.TotalEvidence);
        CatalogJson.WriteProvenance(writer, model.Provenance);
    }
}

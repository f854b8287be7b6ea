using Plimsoll.Performance.Models;
using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Catalog;

/// <summary>Reads one model entry.</summary>
internal static class ModelReader
{
    private static readonly (string Name, ModelBiases Part)[] BiasNames =
    [
        ("qkv", ModelBiases.Qkv),
        ("attention_output", ModelBiases.AttentionOutput),
        ("mlp", ModelBiases.Mlp),
        ("norm", ModelBiases.Norm),
        ("router", ModelBiases.Router),
    ];

    public static ModelSpec Read(FieldReader entry)
    {
        var model = new ModelSpec
        {
            Id = entry.Text("id"),
            HuggingFaceId = entry.OptionalText("hugging_face_id") ?? "",
            Aliases = entry.Texts("aliases"),
            Architecture = Architecture(entry),
            NativeWeights = NativeWeights(entry),
            TotalEvidence = entry.OptionalText("total_evidence") ?? "none_located",
            Provenance = GpuReader.ProvenanceOf(entry),
        };
        entry.ReportUnknown();
        return model;
    }

    private static ModelArchitecture Architecture(FieldReader entry)
    {
        int layers = entry.Whole("layers", 1, ModelLimits.Layers);
        var model = new ModelArchitecture
        {
            Layers = layers,
            HiddenSize = entry.Whole("hidden_size", 1, ModelLimits.Width),
            AttentionHeads = entry.OptionalWhole("attention_heads", 1, ModelLimits.Heads) ?? 0,
            KvHeads = entry.OptionalWhole("kv_heads", 1, ModelLimits.Heads) ?? 0,
            HeadDim = entry.OptionalWhole("head_dim", 1, ModelLimits.HeadDim) ?? 0,
            AttentionLayers = entry.OptionalWhole("attention_layers", 0, layers) ?? layers,
            IntermediateSize = entry.OptionalWhole("intermediate_size", 1, ModelLimits.InnerWidth) ?? 0,
            VocabularySize = entry.Whole("vocab_size", 1, ModelLimits.Vocabulary),
            MaxPositions = entry.OptionalWhole("max_positions", 1, int.MaxValue),
            TiedEmbeddings = entry.Flag("tied_embeddings"),
            GatedMlp = entry.Flag("gated_mlp", otherwise: true),
            NormsPerLayer = entry.OptionalWhole("norms_per_layer", 0, 8) ?? 2,
            Biases = Biases(entry),
            QueryKeyNorm = QueryKeyNorms(entry),
            AttentionGate = entry.Flag("attention_gate"),
            AttentionSinks = entry.Flag("attention_sinks"),
            LearnedPositions = entry.OptionalWhole("learned_positions", 0, int.MaxValue) ?? 0,
            EmbeddingNorm = entry.Flag("embedding_norm"),
            Window = Window(entry.Object("window"), layers),
            LatentAttention = Latent(entry.Object("mla")),
            SparseAttention = Sparse(entry.Object("sparse_attention")),
            Experts = Experts(entry.Object("experts"), layers),
            LinearAttention = Linear(entry.Object("linear_attention"), layers),
            StateSpace = State(entry.Object("state_space"), layers),
        };
        ReportIncomplete(entry, model);
        return model;
    }

    private static void ReportIncomplete(FieldReader entry, ModelArchitecture model)
    {
        bool attends = model.AttentionLayers > 0;
        Require(entry, "attention_heads", attends && model.AttentionHeads == 0);
        Require(entry, "kv_heads", attends && model.LatentAttention is null && model.KvHeads == 0);
        Require(entry, "head_dim", attends && model.LatentAttention is null && model.HeadDim == 0);
        Require(entry, "intermediate_size", model.DenseMlpLayers > 0 && model.IntermediateSize == 0);
        if (model.KvHeads > 0 && model.AttentionHeads % model.KvHeads != 0)
        {
            entry.Report("kv_heads", $"must divide the {model.AttentionHeads} attention heads");
        }
    }

    private static void Require(FieldReader entry, string field, bool missing)
    {
        if (missing && !entry.Has(field))
        {
            entry.Report(field, "missing: a model of this kind needs it");
        }
    }

    private static WeightFormat NativeWeights(FieldReader entry)
    {
        string name = entry.OptionalText("native_weights") ?? "bf16";
        if (WeightFormats.Find(name) is WeightFormat format)
        {
            return format;
        }

        entry.Report("native_weights", $"'{name}' is not one of {string.Join(", ", WeightFormats.Names)}");
        return WeightFormat.Bf16;
    }

    private static ModelBiases Biases(FieldReader entry)
    {
        ModelBiases biases = ModelBiases.None;
        foreach (string name in entry.Texts("biases"))
        {
            ModelBiases part = Array.Find(BiasNames, known => known.Name == name).Part;
            if (part == ModelBiases.None)
            {
                entry.Report("biases", $"'{name}' is not one of {string.Join(", ", BiasNames.Select(known => known.Name))}");
            }

            biases |= part;
        }

        return biases;
    }

    private static QueryKeyNorm QueryKeyNorms(FieldReader entry)
    {
        switch (entry.OptionalText("qk_norm"))
        {
            case null or "none":
                return QueryKeyNorm.None;
            case "per_head":
                return QueryKeyNorm.PerHead;
            case "full":
                return QueryKeyNorm.Full;
            case string other:
                entry.Report("qk_norm", $"'{other}' is not one of none, per_head, full");
                return QueryKeyNorm.None;
        }
    }

    private static AttentionWindow? Window(FieldReader? group, int layers) => Read(
        group, fields => new AttentionWindow(fields.Whole("tokens", 1, int.MaxValue), fields.Whole("layers", 1, layers)));

    private static LatentAttention? Latent(FieldReader? group) => Read(
        group,
        fields => new LatentAttention(
            fields.Whole("kv_lora_rank", 1, ModelLimits.Width),
            fields.Whole("rope_head_dim", 0, ModelLimits.HeadDim),
            fields.Whole("nope_head_dim", 0, ModelLimits.HeadDim),
            fields.Whole("value_head_dim", 1, ModelLimits.HeadDim),
            fields.OptionalWhole("q_lora_rank", 1, ModelLimits.Width)));

    private static SparseAttention? Sparse(FieldReader? group) => Read(
        group,
        fields => new SparseAttention(
            fields.Whole("index_heads", 1, ModelLimits.Heads),
            fields.Whole("index_head_dim", 1, ModelLimits.HeadDim),
            fields.Whole("top_tokens", 1, int.MaxValue)));

    private static ExpertLayers? Experts(FieldReader? group, int layers) => Read(
        group,
        fields =>
        {
            int routed = fields.Whole("routed", 1, ModelLimits.Experts);
            return new ExpertLayers(
                fields.Whole("layers", 1, layers),
                routed,
                fields.Whole("per_token", 1, routed),
                fields.Whole("intermediate_size", 1, ModelLimits.InnerWidth),
                fields.OptionalWhole("shared_intermediate_size", 0, ModelLimits.InnerWidth) ?? 0,
                fields.Flag("shared_gate"));
        });

    private static LinearAttention? Linear(FieldReader? group, int layers) => Read(
        group,
        fields => new LinearAttention(
            fields.Whole("layers", 1, layers),
            fields.Whole("key_heads", 1, ModelLimits.Heads),
            fields.Whole("key_head_dim", 1, ModelLimits.HeadDim),
            fields.Whole("value_heads", 1, ModelLimits.Heads),
            fields.Whole("value_head_dim", 1, ModelLimits.HeadDim),
            fields.Whole("conv_kernel", 1, 64)));

    private static StateSpace? State(FieldReader? group, int layers) => Read(
        group,
        fields => new StateSpace(
            fields.Whole("layers", 1, layers),
            fields.Whole("inner_size", 1, ModelLimits.Width),
            fields.Whole("state_size", 1, ModelLimits.HeadDim),
            fields.Whole("conv_kernel", 1, 64),
            fields.OptionalWhole("dt_rank", 0, ModelLimits.Width) ?? 0,
            fields.OptionalWhole("heads", 0, ModelLimits.Heads) ?? 0,
            fields.OptionalWhole("groups", 0, ModelLimits.Heads) ?? 0));

    private static T? Read<T>(FieldReader? group, Func<FieldReader, T> read)
        where T : class
    {
        if (group is null)
        {
            return null;
        }

        T value = read(group);
        group.ReportUnknown();
        return value;
    }
}

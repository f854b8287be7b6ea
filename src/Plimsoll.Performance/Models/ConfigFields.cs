using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Models;

/// <summary>The fields that all families of config.json share, and the parts that a family fills in.</summary>
internal sealed class ConfigFields
{
    private readonly FieldReader _top;
    private readonly List<InputProblem> _warnings;

    public ConfigFields(FieldReader top, FieldReader text, List<InputProblem> warnings)
    {
        _top = top;
        _warnings = warnings;
        Text = text;
        Layers = text.Whole("num_hidden_layers", 1, ModelLimits.Layers);
        HiddenSize = text.Whole("hidden_size", 1, ModelLimits.Width);
        Heads = text.Whole("num_attention_heads", 1, ModelLimits.Heads);
    }

    /// <summary>The object that describes the language model.</summary>
    public FieldReader Text { get; }

    public int Layers { get; }

    public int HiddenSize { get; }

    public int Heads { get; }

    public bool TiedByDefault { get; set; }

    public int NormsPerLayer { get; set; } = 2;

    public ModelBiases Biases { get; set; }

    public QueryKeyNorm QueryKeyNorm { get; set; }

    public bool AttentionSinks { get; set; }

    public AttentionWindow? Window { get; set; }

    public LatentAttention? LatentAttention { get; set; }

    public SparseAttention? SparseAttention { get; set; }

    public ExpertLayers? Experts { get; set; }

    public ModelSpec ToModel(string fileName)
    {
        bool needsMlp = Experts is null || Experts.Layers < Layers;
        var architecture = new ModelArchitecture
        {
            Layers = Layers,
            HiddenSize = HiddenSize,
            AttentionHeads = Heads,
            KvHeads = LatentAttention is null ? KvHeads() : 0,
            HeadDim = LatentAttention is null ? HeadDim() : 0,
            AttentionLayers = Layers,
            IntermediateSize = needsMlp ? Text.Whole("intermediate_size", 1, ModelLimits.InnerWidth) : 0,
            VocabularySize = Text.Whole("vocab_size", 1, ModelLimits.Vocabulary),
            MaxPositions = Text.OptionalWhole("max_position_embeddings", 1, int.MaxValue),
            TiedEmbeddings = Text.Has("tie_word_embeddings")
                ? Text.Flag("tie_word_embeddings")
                : _top.Flag("tie_word_embeddings", TiedByDefault),
            NormsPerLayer = NormsPerLayer,
            Biases = Biases,
            QueryKeyNorm = QueryKeyNorm,
            AttentionSinks = AttentionSinks,
            Window = Window,
            LatentAttention = LatentAttention,
            SparseAttention = SparseAttention,
            Experts = Experts,
        };
        return new ModelSpec
        {
            Id = _top.OptionalText("_name_or_path") is { Length: > 0 } name ? name : fileName,
            Architecture = architecture,
            NativeWeights = NativeWeights(),
            Provenance = new Provenance(["user"], true, []),
        };
    }

    /// <summary>Layers of a kind in <c>layer_types</c>; null when the file has no such list.</summary>
    public int? LayersOfType(string kind)
    {
        IReadOnlyList<string> kinds = Text.Texts("layer_types");
        if (kinds.Count > 0 && kinds.Count != Layers)
        {
            Text.Report("layer_types", $"lists {kinds.Count} layers, num_hidden_layers says {Layers}");
        }

        return kinds.Count == 0 ? null : kinds.Count(layer => layer == kind);
    }

    /// <summary>The window, unless it is absent, switched off or on no layer.</summary>
    public AttentionWindow? WindowOn(int layers)
    {
        int? tokens = Text.OptionalWhole("sliding_window", 1, int.MaxValue);
        return tokens is int size && layers > 0 ? new AttentionWindow(size, layers) : null;
    }

    private int KvHeads()
    {
        int heads = Text.OptionalWhole("num_key_value_heads", 1, ModelLimits.Heads) ?? Heads;
        if (Heads % heads != 0)
        {
            Text.Report("num_key_value_heads", $"must divide the {Heads} attention heads");
        }

        return heads;
    }

    private int HeadDim()
    {
        if (Text.OptionalWhole("head_dim", 1, ModelLimits.HeadDim) is int stated)
        {
            return stated;
        }

        if (HiddenSize % Heads != 0)
        {
            Text.Report("head_dim", $"missing, and hidden_size {HiddenSize} is no multiple of the {Heads} attention heads");
        }

        return HiddenSize / Heads;
    }

    private WeightFormat NativeWeights()
    {
        FieldReader? quantization = _top.Object("quantization_config") ?? Text.Object("quantization_config");
        if (quantization is not null)
        {
            return Quantized(quantization);
        }

        switch (StatedType(Text) ?? StatedType(_top))
        {
            case "float16":
                return WeightFormat.Fp16;
            case "float32":
                _warnings.Add(Text.Problem("torch_dtype", "float32 weights are served as bf16"));
                return WeightFormat.Bf16;
            default:
                return WeightFormat.Bf16;
        }
    }

    private static string? StatedType(FieldReader fields) => fields.OptionalText("torch_dtype") ?? fields.OptionalText("dtype");

    private WeightFormat Quantized(FieldReader quantization)
    {
        string method = quantization.Text("quant_method");
        int bits = quantization.OptionalWhole("bits", 1, 16) ?? 4;
        switch (method)
        {
            case "fp8" or "fbgemm_fp8":
                return WeightFormat.Fp8;
            case "mxfp4":
                return WeightFormat.Mxfp4;
            case "awq" or "gptq" when bits is 4 or 8:
                return bits == 4 ? WeightFormat.Int4 : WeightFormat.Int8;
            default:
                string doubt = $"'{method}' is not understood: weights are taken as bf16 unless a format is given";
                _warnings.Add(quantization.Problem("quant_method", doubt));
                return WeightFormat.Bf16;
        }
    }
}

namespace Plimsoll.Performance.Models;

/// <summary>
/// The shape of a decoder model: what its config.json states and nothing that follows from it. Parameter counts come from
/// <see cref="ParameterCounts"/>, weight sizes from <see cref="WeightBytes"/>, KV sizes from <c>KvLayout</c>.
/// </summary>
public sealed record ModelArchitecture
{
    /// <summary>Decoder layers, of every kind together.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, in elements.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Query heads of an attention layer; 0 for a model without attention.</summary>
    public int AttentionHeads { get; init; }

    /// <summary>Key and value heads of a grouped-attention layer; 0 with <see cref="LatentAttention"/> or without attention.</summary>
    public int KvHeads { get; init; }

    /// <summary>Elements of one head of grouped attention.</summary>
    public int HeadDim { get; init; }

    /// <summary>Layers that attend to earlier tokens; fewer than <see cref="Layers"/> in hybrids, 0 for a pure state-space model.</summary>
    public required int AttentionLayers { get; init; }

    /// <summary>Inner width of the dense MLP; 0 when no layer has one.</summary>
    public int IntermediateSize { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Largest position the model was made for; null when it has no such limit or none is known.</summary>
    public int? MaxPositions { get; init; }

    /// <summary>True when the output head is the embedding table.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>True for MLPs of three matrices (gate, up, down), false for two.</summary>
    public bool GatedMlp { get; init; } = true;

    /// <summary>Normalisations in a layer, each of the hidden width.</summary>
    public int NormsPerLayer { get; init; } = 2;

    /// <summary>Which parts carry additive biases.</summary>
    public ModelBiases Biases { get; init; }

    /// <summary>Normalisation of queries and keys.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; }

    /// <summary>True when the attention output is gated, which doubles the query projection.</summary>
    public bool AttentionGate { get; init; }

    /// <summary>True when every query head has a learned sink.</summary>
    public bool AttentionSinks { get; init; }

    /// <summary>Rows of a learned position table; 0 without one.</summary>
    public int LearnedPositions { get; init; }

    /// <summary>True when the embedding has a normalisation of its own, with bias.</summary>
    public bool EmbeddingNorm { get; init; }

    /// <summary>Layers that see only the latest tokens; null when every attention layer sees all.</summary>
    public AttentionWindow? Window { get; init; }

    /// <summary>Multi-head latent attention; null for grouped attention.</summary>
    public LatentAttention? LatentAttention { get; init; }

    /// <summary>The index that selects the tokens a query attends to; null for dense attention.</summary>
    public SparseAttention? SparseAttention { get; init; }

    /// <summary>Mixture-of-experts layers; null for a dense model.</summary>
    public ExpertLayers? Experts { get; init; }

    /// <summary>Gated linear-attention layers of a hybrid; null without.</summary>
    public LinearAttention? LinearAttention { get; init; }

    /// <summary>Mamba layers; null without.</summary>
    public StateSpace? StateSpace { get; init; }

    /// <summary>Layers with a dense MLP: those that are neither expert layers nor the single-mixer layers of a state-space model.</summary>
    public int DenseMlpLayers => StateSpace is null ? Layers - (Experts?.Layers ?? 0) : 0;
}

namespace Plimsoll.Performance.Models;

/// <summary>Parameters of a model by part, counted from its shape. Multi-token-prediction layers are left out.</summary>
/// <param name="Embedding">Token embedding; the output head too when they are tied.</param>
/// <param name="Head">Output head of its own; 0 when tied.</param>
/// <param name="Attention">Softmax-attention projections, index included.</param>
/// <param name="DenseAndSharedMlp">Dense MLPs and shared experts.</param>
/// <param name="RoutedExperts">All routed experts.</param>
/// <param name="Router">Routers of expert layers.</param>
/// <param name="Norm">Normalisations of the hidden width.</param>
/// <param name="Other">Linear-attention and state-space mixers, learned positions, embedding normalisation.</param>
/// <param name="RoutedExpertsPerToken">The part of <paramref name="RoutedExperts"/> that one token visits.</param>
public readonly record struct ParameterCounts(
    long Embedding,
    long Head,
    long Attention,
    long DenseAndSharedMlp,
    long RoutedExperts,
    long Router,
    long Norm,
    long Other,
    long RoutedExpertsPerToken)
{
    /// <summary>All parameters.</summary>
    public long Total => Embedding + Head + Dense + RoutedExperts;

    /// <summary>Read in every step whatever the batch: everything but embedding, head and routed experts.</summary>
    public long Dense => Attention + DenseAndSharedMlp + Router + Norm + Other;

    /// <summary>The output projection, whichever table holds it.</summary>
    public long OutputProjection => Head > 0 ? Head : Embedding;

    /// <summary>
    /// Used by matrix products for one token: no embedding lookup when untied, the output head, shared experts and the routed
    /// experts of one token. Each costs two operations per token.
    /// </summary>
    public long ActivePerToken => Dense + OutputProjection + RoutedExpertsPerToken;

    /// <summary>Counts the parameters of a shape.</summary>
    public static ParameterCounts Of(ModelArchitecture model)
    {
        long table = (long)model.VocabularySize * model.HiddenSize;
        long routed = ParameterFormulas.RoutedExperts(model);
        return new ParameterCounts(
            Embedding: table,
            Head: model.TiedEmbeddings ? 0 : table,
            Attention: model.AttentionLayers * ParameterFormulas.AttentionLayer(model),
            DenseAndSharedMlp: ParameterFormulas.DenseAndSharedMlp(model),
            RoutedExperts: routed,
            Router: ParameterFormulas.Router(model),
            Norm: ParameterFormulas.Norms(model),
            Other: ParameterFormulas.LinearAttention(model) + ParameterFormulas.StateSpace(model) + ParameterFormulas.Embeddings(model),
            RoutedExpertsPerToken: model.Experts is null ? 0 : routed / model.Experts.Routed * model.Experts.PerToken);
    }
}

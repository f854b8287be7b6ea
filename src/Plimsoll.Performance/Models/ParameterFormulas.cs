namespace Plimsoll.Performance.Models;

/// <summary>
/// Parameters of each part of a decoder, from its dimensions. With H hidden, h heads, g KV heads, d head dimension, I inner width:
/// grouped attention H(h + 2g)d + hdH, gated MLP 3HI, plain MLP 2HI, router H per expert. Checked against published totals in the tests.
/// </summary>
internal static class ParameterFormulas
{
    /// <summary>One layer of softmax attention.</summary>
    public static long AttentionLayer(ModelArchitecture model) =>
        (model.LatentAttention is null ? Grouped(model) : Latent(model, model.LatentAttention)) + Index(model);

    /// <summary>Dense MLPs, shared experts and their gates.</summary>
    public static long DenseAndSharedMlp(ModelArchitecture model)
    {
        long dense = model.DenseMlpLayers * Mlp(model, model.IntermediateSize);
        return model.Experts is not ExpertLayers experts
            ? dense
            : dense + (experts.Layers * (SharedMlp(model, experts) + (experts.SharedGate ? model.HiddenSize : 0)));
    }

    /// <summary>All routed experts.</summary>
    public static long RoutedExperts(ModelArchitecture model) =>
        model.Experts is ExpertLayers experts ? (long)experts.Layers * experts.Routed * Mlp(model, experts.IntermediateSize) : 0;

    /// <summary>Routers, with one more value per expert where they are biased.</summary>
    public static long Router(ModelArchitecture model) => model.Experts is ExpertLayers experts
        ? (long)experts.Layers * experts.Routed * (model.HiddenSize + Bias(model, ModelBiases.Router, 1))
        : 0;

    /// <summary>Normalisations of the layers and the final one.</summary>
    public static long Norms(ModelArchitecture model)
    {
        long weights = (((long)model.NormsPerLayer * model.Layers) + 1) * model.HiddenSize;
        return weights + Bias(model, ModelBiases.Norm, weights);
    }

    /// <summary>
    /// Gated delta-rule layers: projections of queries, keys, values and output gate, two scalars per value head, the convolution,
    /// decay and time-step per value head, one head norm, and the output projection.
    /// </summary>
    public static long LinearAttention(ModelArchitecture model)
    {
        if (model.LinearAttention is not LinearAttention linear)
        {
            return 0;
        }

        long values = (long)linear.ValueHeads * linear.ValueHeadDim;
        long inputs = model.HiddenSize * (linear.ConvolvedChannels + values + (2L * linear.ValueHeads));
        long small = (linear.ConvolvedChannels * linear.ConvolutionKernel) + (2L * linear.ValueHeads) + linear.ValueHeadDim;
        return linear.Layers * (inputs + small + (values * model.HiddenSize));
    }

    /// <summary>Mamba mixers of either version.</summary>
    public static long StateSpace(ModelArchitecture model) => model.StateSpace switch
    {
        null => 0,
        { Heads: > 0 } second => second.Layers * SecondMamba(second, model.HiddenSize),
        { } first => first.Layers * FirstMamba(first, model.HiddenSize),
    };

    /// <summary>Learned positions and the normalisation of the embedding.</summary>
    public static long Embeddings(ModelArchitecture model) =>
        ((long)model.LearnedPositions * model.HiddenSize) + (model.EmbeddingNorm ? 2L * model.HiddenSize : 0);

    private static long Grouped(ModelArchitecture model)
    {
        long queries = (long)model.AttentionHeads * model.HeadDim;
        long keys = (long)model.KvHeads * model.HeadDim;
        long projections = model.HiddenSize * (((model.AttentionGate ? 3 : 2) * queries) + (2 * keys));
        long biases = Bias(model, ModelBiases.Qkv, queries + (2 * keys)) + Bias(model, ModelBiases.AttentionOutput, model.HiddenSize);
        long norm = model.QueryKeyNorm switch
        {
            QueryKeyNorm.PerHead => 2L * model.HeadDim,
            QueryKeyNorm.Full => queries + keys,
            _ => 0,
        };
        return projections + biases + norm + (model.AttentionSinks ? model.AttentionHeads : 0);
    }

    private static long Latent(ModelArchitecture model, LatentAttention latent)
    {
        long hidden = model.HiddenSize;
        long heads = model.AttentionHeads;
        long queryWidth = heads * (latent.NopeHeadDim + latent.RopeHeadDim);
        long queries = latent.QueryLoraRank is int rank ? (hidden * rank) + rank + (rank * queryWidth) : hidden * queryWidth;
        long keysAndValues = (hidden * latent.CachedElements) + latent.KvLoraRank
            + (latent.KvLoraRank * heads * (latent.NopeHeadDim + latent.ValueHeadDim));
        return queries + keysAndValues + (heads * latent.ValueHeadDim * hidden);
    }

    /// <summary>Index of sparse attention: queries from the low rank, one key with a normalisation, one weight per index head.</summary>
    private static long Index(ModelArchitecture model)
    {
        if (model.SparseAttention is not SparseAttention sparse)
        {
            return 0;
        }

        long queryInput = model.LatentAttention?.QueryLoraRank ?? model.HiddenSize;
        return (queryInput * sparse.IndexHeads * sparse.IndexHeadDim)
            + ((long)model.HiddenSize * (sparse.IndexHeadDim + sparse.IndexHeads))
            + (2L * sparse.IndexHeadDim);
    }

    private static long Mlp(ModelArchitecture model, long width)
    {
        long inner = model.GatedMlp ? 2 * width : width;
        return (model.HiddenSize * (inner + width)) + Bias(model, ModelBiases.Mlp, inner + model.HiddenSize);
    }

    private static long SharedMlp(ModelArchitecture model, ExpertLayers experts) =>
        experts.SharedIntermediateSize == 0 ? 0 : Mlp(model, experts.SharedIntermediateSize);

    private static long FirstMamba(StateSpace mamba, long hidden)
    {
        long inner = mamba.InnerSize;
        long convolution = inner * (mamba.ConvolutionKernel + 1);
        long projections = (inner * (mamba.TimeStepRank + (2L * mamba.StateSize))) + ((mamba.TimeStepRank + 1) * inner);
        return (hidden * 2 * inner) + convolution + projections + (inner * mamba.StateSize) + inner + (inner * hidden);
    }

    private static long SecondMamba(StateSpace mamba, long hidden)
    {
        long inner = mamba.InnerSize;
        long inputs = hidden * (inner + mamba.ConvolvedChannels + mamba.Heads);
        long convolution = mamba.ConvolvedChannels * (mamba.ConvolutionKernel + 1);
        return inputs + convolution + (3L * mamba.Heads) + inner + (inner * hidden);
    }

    private static long Bias(ModelArchitecture model, ModelBiases part, long values) => model.Biases.HasFlag(part) ? values : 0;
}

using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Work of attention on one GPU, per context token of a decode and per half (query, key) pair of a prefill, over all layers: once for
/// layers that see everything, once for what is capped by a window or by the selection of sparse attention.
/// </summary>
internal readonly record struct AttentionCosts(
    double Bytes,
    double DecodeOperations,
    double PrefillOperations,
    double CappedBytes,
    double CappedDecodeOperations,
    double CappedPrefillOperations,
    long CapTokens)
{
    public static AttentionCosts Of(ModelArchitecture model, in KvLayout layout, int split)
    {
        double decode = DecodeOperationsPerLayer(model) / split;
        double prefill = PrefillOperationsPerLayer(model) / split / 2;
        if (model.SparseAttention is SparseAttention sparse)
        {
            return Sparse(model, sparse, layout, decode, prefill);
        }

        int windowed = model.Window?.Layers ?? 0;
        int global = model.AttentionLayers - windowed;
        return new AttentionCosts(
            layout.GlobalBytesPerToken,
            global * decode,
            global * prefill,
            layout.WindowedBytesPerToken,
            windowed * decode,
            windowed * prefill,
            model.Window?.Tokens ?? long.MaxValue);
    }

    /// <summary>Every query scans the index of all tokens and attends to the selected ones only.</summary>
    private static AttentionCosts Sparse(
        ModelArchitecture model, SparseAttention sparse, in KvLayout layout, double decode, double prefill)
    {
        int layers = model.AttentionLayers;
        double indexOperations = 2.0 * sparse.IndexHeads * sparse.IndexHeadDim * layers;
        double indexBytes = (double)layers * (sparse.IndexHeadDim + sizeof(float));
        return new AttentionCosts(
            indexBytes,
            indexOperations,
            indexOperations / 2,
            layout.BytesPerToken - indexBytes,
            layers * decode,
            layers * prefill,
            sparse.TopTokens);
    }

    /// <summary>Grouped heads: 4hd. Latent attention decodes on the latent itself: 2h(c + r) for scores and 2hc for values.</summary>
    private static double DecodeOperationsPerLayer(ModelArchitecture model) => model.LatentAttention is LatentAttention latent
        ? 2.0 * model.AttentionHeads * (latent.CachedElements + latent.KvLoraRank)
        : 4.0 * model.AttentionHeads * model.HeadDim;

    /// <summary>Grouped heads: 4hd. Latent attention prefills on expanded heads: 2h(n + r) for scores and 2hv for values.</summary>
    private static double PrefillOperationsPerLayer(ModelArchitecture model) => model.LatentAttention is LatentAttention latent
        ? 2.0 * model.AttentionHeads * (latent.NopeHeadDim + latent.RopeHeadDim + latent.ValueHeadDim)
        : 4.0 * model.AttentionHeads * model.HeadDim;
}

using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Sizing;

/// <summary>
/// What one GPU keeps for a sequence: bytes that grow with every token, bytes that stop growing at a window, and a constant state.
/// </summary>
/// <param name="GlobalBytesPerToken">Layers that see all tokens; of sparse attention the index keys too.</param>
/// <param name="WindowedBytesPerToken">Windowed layers, per token inside the window.</param>
/// <param name="WindowTokens">Tokens a windowed layer keeps; <see cref="int.MaxValue"/> without windowed layers.</param>
/// <param name="StateBytesPerSequence">Recurrent state of linear-attention and state-space layers.</param>
public readonly record struct KvLayout(
    long GlobalBytesPerToken, long WindowedBytesPerToken, int WindowTokens, long StateBytesPerSequence)
{
    private const int IndexScaleBytes = 4;

    /// <summary>Bytes per token as if no layer had a window: what an engine reserves that does not free tokens behind the window.</summary>
    public long BytesPerToken => GlobalBytesPerToken + WindowedBytesPerToken;

    /// <summary>
    /// Largest tensor-parallel degree that still makes the cache of a GPU smaller: the KV heads; 1 for latent attention, 0 without a cache.
    /// </summary>
    public static int LargestUsefulTensorParallel(ModelArchitecture model) =>
        model.AttentionLayers == 0 ? 0 : model.LatentAttention is null ? model.KvHeads : 1;

    /// <summary>
    /// The share of one GPU under tensor parallelism: KV heads are divided, and repeated when there are fewer heads than GPUs; a latent
    /// is kept whole by every GPU; recurrent states are divided.
    /// </summary>
    public static KvLayout Of(ModelArchitecture model, KvFormat format, int tensorParallel)
    {
        long perLayer = format.BytesFor(CachedElementsPerLayer(model, tensorParallel));
        long windowedLayers = model.Window?.Layers ?? 0;
        long state = (model.LinearAttention?.StateBytesPerSequence ?? 0) + (model.StateSpace?.StateBytesPerSequence ?? 0);
        return new KvLayout(
            ((model.AttentionLayers - windowedLayers) * perLayer) + IndexBytesPerToken(model),
            windowedLayers * perLayer,
            model.Window?.Tokens ?? int.MaxValue,
            (state + tensorParallel - 1) / tensorParallel);
    }

    /// <summary>Exact bytes of one sequence when tokens behind a window are freed.</summary>
    public long BytesOfSequence(long tokens) =>
        (GlobalBytesPerToken * tokens) + (WindowedBytesPerToken * Math.Min(tokens, WindowTokens)) + StateBytesPerSequence;

    /// <summary>Elements of one token in one layer of one GPU.</summary>
    private static long CachedElementsPerLayer(ModelArchitecture model, int tensorParallel)
    {
        int heads = Math.Max(model.KvHeads / tensorParallel, model.KvHeads > 0 ? 1 : 0);
        return model.LatentAttention?.CachedElements ?? (2L * heads * model.HeadDim);
    }

    /// <summary>Sparse attention keeps one 8-bit index key and its scale per token and layer on every GPU (own derivation).</summary>
    private static long IndexBytesPerToken(ModelArchitecture model) => model.SparseAttention is SparseAttention sparse
        ? (long)model.AttentionLayers * (sparse.IndexHeadDim + IndexScaleBytes)
        : 0;
}

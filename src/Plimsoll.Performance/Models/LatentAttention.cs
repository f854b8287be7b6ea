namespace Plimsoll.Performance.Models;

/// <summary>Multi-head latent attention: the cache holds one latent and one rotary key per token and layer, shared by all heads.</summary>
/// <param name="KvLoraRank">Elements of the latent.</param>
/// <param name="RopeHeadDim">Elements of the rotary key.</param>
/// <param name="NopeHeadDim">Non-rotary elements of a query or key head.</param>
/// <param name="ValueHeadDim">Elements of a value head.</param>
/// <param name="QueryLoraRank">Low rank of the query projection; null when it is full.</param>
public sealed record LatentAttention(int KvLoraRank, int RopeHeadDim, int NopeHeadDim, int ValueHeadDim, int? QueryLoraRank)
{
    /// <summary>Elements cached per token and layer.</summary>
    public int CachedElements => KvLoraRank + RopeHeadDim;
}

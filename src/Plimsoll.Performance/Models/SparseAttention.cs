namespace Plimsoll.Performance.Models;

/// <summary>Attention over the tokens that a light index selects.</summary>
/// <param name="IndexHeads">Query heads of the index.</param>
/// <param name="IndexHeadDim">Elements of an index key, one per token and layer.</param>
/// <param name="TopTokens">Most tokens a query attends to.</param>
public sealed record SparseAttention(int IndexHeads, int IndexHeadDim, int TopTokens);

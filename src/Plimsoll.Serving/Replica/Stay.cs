using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>One stay of a request in the batch, from admission to its end or its eviction.</summary>
/// <param name="Id">Whose stay.</param>
/// <param name="From">When it was admitted.</param>
/// <param name="To">When it ended, or gave its memory back.</param>
/// <param name="GeneratedTokens">Output tokens it had by then, those of earlier stays that it kept included.</param>
/// <param name="Evicted">Whether its memory was taken before it had ended.</param>
public readonly record struct Stay(RequestId Id, Instant From, Instant To, int GeneratedTokens, bool Evicted);

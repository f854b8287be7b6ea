namespace Plimsoll.Wire.KvEvents;

/// <summary>One event of an engine's prefix cache, in the GPU's memory.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Blocks">
/// The engine's hashes of the blocks, each standing for its content and all before it: whole numbers as they are, of longer hashes the
/// first 16 bytes. Empty when all are cleared.
/// </param>
/// <param name="ParentBlock">Stored: the block before the first of them; null at the beginning of a prompt, or if it is not known.</param>
/// <param name="BlockTokens">Stored: tokens in a block; 0 otherwise.</param>
public sealed record KvEvent(KvEventKind Kind, IReadOnlyList<UInt128> Blocks, UInt128? ParentBlock = null, int BlockTokens = 0)
{
    /// <summary>Stored: the tokens of all the blocks, one after the other; empty if the engine does not tell them.</summary>
    public ReadOnlyMemory<int> TokenIds { get; init; }

    /// <summary>Stored: the adapter that the content was computed with; null for the model itself.</summary>
    public string? Adapter { get; init; }

    /// <summary>
    /// Stored: how many of the blocks, from the first, depend on nothing but tokens, adapter and what comes before them. A salt, an image
    /// or anything else that the engine names is more; so is an adapter that it does not name.
    /// </summary>
    public int PlainBlocks { get; init; }
}

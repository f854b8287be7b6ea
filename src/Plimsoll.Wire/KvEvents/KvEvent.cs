namespace Plimsoll.Wire.KvEvents;

/// <summary>One event of an engine's prefix cache, in the GPU's memory.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Blocks">
/// The engine's hashes of the blocks, each standing for its content and all before it: whole numbers as they are, of longer hashes the
/// first 16
/// bytes. Empty when all are cleared.
/// </param>
/// <param name="ParentBlock">Stored: the block before the first of them; null at the beginning of a prompt, or if it is not known.</param>
/// <param name="BlockTokens">Stored: tokens in a block; 0 otherwise.</param>
public sealed record KvEvent(KvEventKind Kind, IReadOnlyList<UInt128> Blocks, UInt128? ParentBlock = null, int BlockTokens = 0);

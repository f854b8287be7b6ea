using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// The content of a sequence as far as others may share it: for each leading engine block, a key that is equal only for equal
/// content after equal content. Derived from the trace's prefix hashes, whatever block size those were taken at.
/// </summary>
internal readonly struct BlockContent
{
    private readonly ulong[]? _hashes;
    private readonly int _hashTokens;
    private readonly int _blockTokens;
    private readonly ulong _salt;

    public BlockContent(RequestDetails? details, int promptTokens, int outputTokens, int blockTokens)
    {
        if (details is null || details.BlockTokens == 0 || details.PrefixHashArray.Length == 0)
        {
            return;
        }

        _hashes = details.PrefixHashArray;
        _hashTokens = details.BlockTokens;
        _blockTokens = blockTokens;
        _salt = details.Adapter is null ? 0 : StableHash.Of(details.Adapter);
        // Hashes that go no further than the prompt's last, perhaps partial, block say nothing about what is generated.
        long hashed = (long)_hashes.Length * _hashTokens;
        long known = hashed < promptTokens + (long)_hashTokens ? promptTokens : promptTokens + (long)outputTokens;
        IdentifiedBlocks = (int)(Math.Min(known, hashed) / blockTokens);
    }

    /// <summary>Leading engine blocks that lie wholly within hashed content.</summary>
    public int IdentifiedBlocks { get; }

    /// <summary>Key of a block.</summary>
    public ulong KeyOf(int block)
    {
        long lastToken = (((long)block + 1) * _blockTokens) - 1;
        return BlockKey.Of(_hashes![lastToken / _hashTokens], block, _salt);
    }
}

using Plimsoll.Serving.Replica;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Emulation;

/// <summary>What happened to a replica's prefix cache since somebody asked last. For one caller.</summary>
/// <param name="blockTokens">Tokens in a block.</param>
internal sealed class CacheEvents(int blockTokens) : IPrefixCacheObserver
{
    private readonly List<KvEvent> _happened = [];
    private readonly List<UInt128> _blocks = [];
    private KvEventKind _kind;
    private UInt128? _parent;

    /// <inheritdoc/>
    public void Stored(ulong block, ulong? parent)
    {
        // Blocks that follow each other are one event.
        bool follows = _kind == KvEventKind.BlockStored && _blocks.Count > 0 && parent is { } known && _blocks[^1] == known;
        if (!follows)
        {
            Close();
            (_kind, _parent) = (KvEventKind.BlockStored, parent);
        }

        _blocks.Add(block);
    }

    /// <inheritdoc/>
    public void Removed(ulong block)
    {
        if (_kind != KvEventKind.BlockRemoved)
        {
            Close();
            _kind = KvEventKind.BlockRemoved;
        }

        _blocks.Add(block);
    }

    /// <summary>The events, in order; from then on they are forgotten here.</summary>
    public IReadOnlyList<KvEvent> Take()
    {
        Close();
        KvEvent[] taken = [.. _happened];
        _happened.Clear();
        return taken;
    }

    private void Close()
    {
        if (_blocks.Count > 0)
        {
            bool stored = _kind == KvEventKind.BlockStored;
            _happened.Add(new KvEvent(_kind, [.. _blocks], stored ? _parent : null, stored ? blockTokens : 0));
            _blocks.Clear();
        }
    }
}

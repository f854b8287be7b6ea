using System.Runtime.InteropServices;
using Plimsoll.Serving.Replica;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Emulation;

/// <summary>What happened to a replica's prefix cache since somebody asked last. For one caller.</summary>
/// <param name="blockTokens">Tokens in a block.</param>
internal sealed class CacheEvents(int blockTokens) : IPrefixCacheObserver
{
    private readonly List<KvEvent> _happened = [];
    private readonly List<UInt128> _blocks = [];
    private readonly List<int> _tokens = [];

    // The blocks of the prompts inside: what is stored is one of those.
    private readonly Dictionary<ulong, KnownBlock> _known = [];
    private KvEventKind _kind;
    private UInt128? _parent;
    private bool _isSalted;

    /// <summary>A prompt is inside: its blocks may be stored from now on.</summary>
    public void Enter(PromptText prompt)
    {
        for (int block = 0; block < prompt.Hashes.Length; block++)
        {
            ref KnownBlock known = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, BlockKey.Of(prompt.Hashes[block], block), out _);
            known = new KnownBlock(prompt, block, known.Prompts + 1);
        }
    }

    /// <summary>A prompt that was inside has left.</summary>
    public void Leave(PromptText prompt)
    {
        for (int block = 0; block < prompt.Hashes.Length; block++)
        {
            ulong key = BlockKey.Of(prompt.Hashes[block], block);
            KnownBlock known = _known[key];
            if (known.Prompts == 1)
            {
                _known.Remove(key);
            }
            else
            {
                _known[key] = known with { Prompts = known.Prompts - 1 };
            }
        }
    }

    /// <inheritdoc/>
    public void Stored(ulong block, ulong? parent)
    {
        // Blocks that follow each other are one event.
        bool follows = _kind == KvEventKind.BlockStored && _blocks.Count > 0 && parent is { } before && _blocks[^1] == before;
        if (!follows)
        {
            Close();
            (_kind, _parent) = (KvEventKind.BlockStored, parent);
        }

        _blocks.Add(block);
        if (_known.TryGetValue(block, out KnownBlock known))
        {
            _tokens.AddRange(known.Prompt.TokenIds.AsSpan(known.Number * blockTokens, blockTokens));
            _isSalted = known.Prompt.IsSalted;
        }
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
            _happened.Add(_kind == KvEventKind.BlockStored
                ? new KvEvent(_kind, [.. _blocks], _parent, blockTokens)
                {
                    TokenIds = _tokens.ToArray(),
                    PlainBlocks = _isSalted ? 0 : _blocks.Count,
                }
                : new KvEvent(_kind, [.. _blocks]));
            _blocks.Clear();
            _tokens.Clear();
        }
    }

    private readonly record struct KnownBlock(PromptText Prompt, int Number, int Prompts);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>
/// What one engine's KV events say of its prefix cache: which blocks can be found in it now. Exact as long as no batch is missing and the
/// first that was seen was the engine's first, or all was cleared since; otherwise there may be more than is known here. Safe to ask while
/// events come in.
/// <para>
/// Where the events carry tokens, each block has a hash of ours over all tokens up to its end, and those at which the dispatcher remembers
/// prefixes are told. A prefix counts as there while its last block is: engines give up the end of a prompt before its beginning.
/// </para>
/// </summary>
internal sealed class EngineCache(int mostContents = EngineCache.DefaultMostContents)
{
    /// <summary>Most different contents that are remembered; some 60 bytes each.</summary>
    public const int DefaultMostContents = 2_000_000;

    private const int Unknown = -1;

    private readonly Lock _lock = new();

    private readonly Dictionary<UInt128, Content> _contents = [];

    // Prefixes that a dispatcher may be told of, with the number of contents that stand for each, and those that came or went.
    private readonly Dictionary<ulong, int> _prefixes = [];
    private readonly List<ulong> _changed = [];
    private int _known;
    private long? _last;
    private bool _connected;
    private bool _isExact;
    private bool _shrank;
    private long _blocks;
    private int _blockTokens;
    private long _stored;
    private long _removed;
    private long _losses;
    private long _replayed;

    /// <summary>What is known now.</summary>
    public EngineCacheFacts Facts
    {
        get
        {
            lock (_lock)
            {
                return new EngineCacheFacts(
                    _connected, _isExact, _blocks, _contents.Count, _blockTokens, _stored, _removed, _losses, _known, _prefixes.Count,
                    _replayed);
            }
        }
    }

    /// <summary>A content that is known to be there.</summary>
    public bool Holds(UInt128 content)
    {
        lock (_lock)
        {
            return _contents.ContainsKey(content);
        }
    }

    /// <summary>Events come from now on; nothing is known yet.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            Drop();
            _connected = true;
        }
    }

    /// <summary>No events come any more: what was known is dropped.</summary>
    public void End()
    {
        lock (_lock)
        {
            Drop();
            _losses += _connected ? 1 : 0;
            _connected = false;
        }
    }

    /// <summary>Takes the next batch.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="batch">Its events.</param>
    /// <param name="isReplayed">Whether it was asked for after it had been published.</param>
    /// <returns>Whether the engine lost what it had, or may have: batches are missing, or all was cleared.</returns>
    public bool Take(long sequence, KvEventBatch batch, bool isReplayed = false)
    {
        lock (_lock)
        {
            bool isGap = _last is { } last && sequence != last + 1;
            bool isFirst = _last is null;
            bool forgets = isGap;
            if (isGap)
            {
                Drop();
                _losses++;
            }

            _isExact |= (isFirst || isGap) && sequence == 0;
            _last = sequence;
            _replayed += isReplayed ? 1 : 0;
            foreach (KvEvent happened in batch.Events)
            {
                forgets |= Take(happened);
            }

            if (_contents.Count > mostContents)
            {
                Drop();
                _last = sequence;
                _losses++;
                forgets = true;
            }

            return forgets;
        }
    }

    /// <summary>Tokens in the blocks that are there, if that is exact and some have gone since the last question; null otherwise.</summary>
    public long? TakeShrunkTokens()
    {
        lock (_lock)
        {
            bool tells = _shrank && _isExact && _blockTokens > 0;
            _shrank = false;
            return tells ? _blocks * _blockTokens : null;
        }
    }

    /// <summary>Number of the last batch that was taken; null if there was none since the beginning or the last loss.</summary>
    public long? Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Tokens in a block, while events come and have said so; null otherwise.</summary>
    public int? BlockTokens
    {
        get
        {
            lock (_lock)
            {
                return _connected && _blockTokens > 0 ? _blockTokens : null;
            }
        }
    }

    /// <summary>What became of its prefixes since the last question; after a loss all that are there.</summary>
    public CacheChanges TakeChanges()
    {
        lock (_lock)
        {
            if (_changed.Count == 0)
            {
                return new CacheChanges([], []);
            }

            List<ulong> stored = [];
            List<ulong> removed = [];
            foreach (ulong prefix in _changed)
            {
                (_prefixes.ContainsKey(prefix) ? stored : removed).Add(prefix);
            }

            _changed.Clear();
            return new CacheChanges([.. stored], [.. removed]);
        }
    }

    /// <summary>All prefixes that are there.</summary>
    public ulong[] Prefixes()
    {
        lock (_lock)
        {
            return [.. _prefixes.Keys];
        }
    }

    private bool Take(KvEvent happened)
    {
        switch (happened.Kind)
        {
            case KvEventKind.BlockStored:
                _blockTokens = happened.BlockTokens;
                _stored += happened.Blocks.Count;
                Store(happened);
                return false;
            case KvEventKind.BlockRemoved:
                _removed += happened.Blocks.Count;
                foreach (UInt128 content in happened.Blocks)
                {
                    Remove(content);
                }

                return false;
            default:
                Drop();
                _isExact = true;
                return true;
        }
    }

    private void Store(KvEvent happened)
    {
        int size = happened.BlockTokens;
        bool saysTokens = happened.TokenIds.Length == (long)size * happened.Blocks.Count;
        (ulong hash, int tokens) = happened.ParentBlock is not { } parent ? (TokenPrefixes.Start(happened.Adapter, size), 0)
            : _contents.TryGetValue(parent, out Content before) && before.Tokens > 0 ? (before.Hash, before.Tokens) : (0UL, Unknown);
        for (int i = 0; i < happened.Blocks.Count; i++)
        {
            (hash, tokens) = saysTokens && tokens != Unknown && i < happened.PlainBlocks && tokens <= int.MaxValue - size
                ? (TokenPrefixes.Extend(hash, happened.TokenIds.Span.Slice(i * size, size)), tokens + size) : (0UL, Unknown);
            ref Content content = ref CollectionsMarshal.GetValueRefOrAddDefault(_contents, happened.Blocks[i], out _);
            content.Copies++;
            _blocks++;
            if (tokens != Unknown && content.Tokens == 0)
            {
                (content.Hash, content.Tokens, content.IsPrefix) = (hash, tokens, tokens % TokenPrefixes.PlaceTokens(size) == 0);
                _known++;
                Count(content, 1);
            }
        }
    }

    // What was stored before anybody listened is not known here.
    private void Remove(UInt128 block)
    {
        ref Content content = ref CollectionsMarshal.GetValueRefOrNullRef(_contents, block);
        if (Unsafe.IsNullRef(ref content))
        {
            return;
        }

        _blocks--;
        _shrank = true;
        if (--content.Copies == 0)
        {
            _known -= content.Tokens > 0 ? 1 : 0;
            Count(content, -1);
            _contents.Remove(block);
        }
    }

    // Two of the engine's contents may have equal tokens, where it knows of a difference that it does not tell.
    private void Count(in Content content, int change)
    {
        if (!content.IsPrefix)
        {
            return;
        }

        int count = _prefixes.GetValueOrDefault(content.Hash) + change;
        if (count == 0)
        {
            _prefixes.Remove(content.Hash);
        }
        else
        {
            _prefixes[content.Hash] = count;
        }

        if (count == 0 || (count == 1 && change == 1))
        {
            _changed.Add(content.Hash);
        }
    }

    private void Drop()
    {
        _contents.Clear();
        _prefixes.Clear();
        _changed.Clear();
        (_blocks, _known, _isExact, _shrank, _last) = (0, 0, false, false, null);
    }

    private struct Content
    {
        /// <summary>Hash of ours over all tokens up to its end.</summary>
        public ulong Hash;

        /// <summary>How many those are; 0 if they are not known.</summary>
        public int Tokens;

        /// <summary>Blocks that hold it: engines keep copies that were computed side by side, and say of each when it goes.</summary>
        public int Copies;

        public bool IsPrefix;
    }
}

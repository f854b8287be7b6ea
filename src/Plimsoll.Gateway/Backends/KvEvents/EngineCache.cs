using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>
/// What one engine's KV events say of its prefix cache: which blocks can be found in it now. Exact as long as no batch is missing and the
/// first that was
/// seen was the engine's first, or all was cleared since; otherwise there may be more than is known here. Safe to ask while events come in.
/// </summary>
internal sealed class EngineCache(int mostContents = EngineCache.DefaultMostContents)
{
    /// <summary>Most different contents that are remembered; some 40 bytes each.</summary>
    public const int DefaultMostContents = 2_000_000;

    private readonly Lock _lock = new();

    // How many blocks hold each content: engines keep copies that were computed side by side, and say of each when it goes.
    private readonly Dictionary<UInt128, int> _copies = [];
    private long? _last;
    private bool _connected;
    private bool _isExact;
    private bool _shrank;
    private long _blocks;
    private int _blockTokens;
    private long _stored;
    private long _removed;
    private long _losses;

    /// <summary>What is known now.</summary>
    public EngineCacheFacts Facts
    {
        get
        {
            lock (_lock)
            {
                return new EngineCacheFacts(_connected, _isExact, _blocks, _copies.Count, _blockTokens, _stored, _removed, _losses);
            }
        }
    }

    /// <summary>A content that is known to be there.</summary>
    public bool Holds(UInt128 content)
    {
        lock (_lock)
        {
            return _copies.ContainsKey(content);
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
    /// <returns>Whether the engine lost what it had, or may have: batches are missing, or all was cleared.</returns>
    public bool Take(long sequence, KvEventBatch batch)
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
            foreach (KvEvent happened in batch.Events)
            {
                forgets |= Take(happened);
            }

            if (_copies.Count > mostContents)
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

    private bool Take(KvEvent happened)
    {
        switch (happened.Kind)
        {
            case KvEventKind.BlockStored:
                _blockTokens = happened.BlockTokens;
                _stored += happened.Blocks.Count;
                foreach (UInt128 content in happened.Blocks)
                {
                    _copies[content] = _copies.GetValueOrDefault(content) + 1;
                    _blocks++;
                }

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

    // What was stored before anybody listened is not known here.
    private void Remove(UInt128 content)
    {
        if (!_copies.TryGetValue(content, out int copies))
        {
            return;
        }

        _blocks--;
        _shrank = true;
        if (copies == 1)
        {
            _copies.Remove(content);
        }
        else
        {
            _copies[content] = copies - 1;
        }
    }

    private void Drop()
    {
        _copies.Clear();
        (_blocks, _isExact, _shrank, _last) = (0, false, false, null);
    }
}

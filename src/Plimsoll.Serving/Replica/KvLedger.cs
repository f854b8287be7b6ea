using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// Double entry for KV blocks: every block is held by requests or on the free list, and the two always sum to the capacity.
/// <para>
/// The free list is one queue. Blocks are taken from its head, which is the eviction; a released request returns its blocks to the
/// tail, last block first, so what was released longest ago goes first, and of one sequence its end before its beginning
/// (vllm-v1-engine, section 4.3). Blocks whose content others may share are entries of their own, found again by hash; the
/// rest are runs, a count each, so a queue of a million blocks is a handful of entries.
/// </para>
/// </summary>
internal sealed class KvLedger
{
    private const int None = -1;
    private const int Sentinel = 0;
    private const int NoReferences = 0;
    private const int Run = -1;

    private readonly BlockSize _block;
    private readonly bool _caching;
    private readonly PrefixIndex _index = new();

    private Entry[] _entries = new Entry[64];
    private int _entryCount = 1;
    private int _recycled = None;

    private Holding[] _holdings = new Holding[64];

    // What the last lookup found, for the claim that follows it.
    private int[] _matched = new int[64];

    /// <summary>
    /// A ledger whose blocks are all free. <paramref name="capacityBlocks"/> and <paramref name="blockTokens"/> are at least 1.
    /// </summary>
    public KvLedger(long capacityBlocks, int blockTokens, bool caching)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBlocks, 1);
        (CapacityBlocks, FreeBlocks, _block, _caching) = (capacityBlocks, capacityBlocks, new BlockSize(blockTokens), caching);
        _entries[Sentinel] = new Entry { Previous = Sentinel, Next = Sentinel };
        AppendRun(capacityBlocks, owned: false);
    }

    public long CapacityBlocks { get; }

    /// <summary>Blocks nobody holds, cached content included.</summary>
    public long FreeBlocks { get; private set; }

    /// <summary>Blocks held by requests.</summary>
    public long HeldBlocks { get; private set; }

    /// <summary>Free blocks whose content can still be found by hash.</summary>
    public long CachedBlocks { get; private set; }

    /// <summary>Contents that can be found by hash, of held and of free blocks.</summary>
    public int Contents => _index.Count;

    /// <summary>How often blocks were given back: while nothing is, what is too much stays too much.</summary>
    public long Releases { get; private set; }

    /// <summary>Hears of blocks that become findable, and of those that no longer are; null for nobody.</summary>
    public IPrefixCacheObserver? Observer { get; set; }

    /// <summary>Most blocks ever held at once.</summary>
    public long PeakHeldBlocks { get; private set; }

    public long BlocksFor(long tokens) => _block.BlocksFor(tokens);

    /// <summary>
    /// Looks up the leading blocks of a sequence of <paramref name="knownTokens"/> tokens. The last token is always computed, so at most
    /// (knownTokens − 1) / blockTokens blocks can match.
    /// </summary>
    public PrefixMatch Match(int slot, in BlockContent content, int knownTokens)
    {
        if (!_caching)
        {
            return default;
        }

        int most = (int)_block.WholeBlocks(knownTokens - 1);
        int identified = Math.Min(most, content.IdentifiedBlocks);
        if (_matched.Length < identified)
        {
            Array.Resize(ref _matched, identified * 2);
        }

        int blocks = 0;
        int onFreeList = 0;
        for (; blocks < identified; blocks++)
        {
            int entry = _index.Find(content.KeyOf(blocks));
            if (entry == None)
            {
                return new(blocks, onFreeList, 0);
            }

            _matched[blocks] = entry;
            onFreeList += _entries[entry].References == NoReferences ? 1 : 0;
        }

        ref Holding holding = ref HoldingOf(slot);
        if (holding.OwnRun == None || blocks < content.IdentifiedBlocks)
        {
            return new(blocks, onFreeList, 0);
        }

        long survivors = Math.Min(_entries[holding.OwnRun].Blocks, holding.OwnHashedBlocks);
        int own = (int)Math.Min(survivors, most - blocks);
        return new(blocks + own, onFreeList + own, own);
    }

    /// <summary>Whether so many new blocks can be taken besides the matched ones that lie on the free list.</summary>
    public bool CanTake(long newBlocks, in PrefixMatch match) => newBlocks + match.OnFreeList <= FreeBlocks;

    /// <summary>Gives the blocks that the lookup just before matched to its request, which from now on holds them.</summary>
    public void Claim(int slot, in PrefixMatch match)
    {
        ref Holding holding = ref HoldingOf(slot);
        int shared = match.Blocks - match.OwnBlocks;
        for (int block = 0; block < shared; block++)
        {
            int entry = _matched[block];
            if (_entries[entry].References++ == NoReferences)
            {
                Unlink(entry);
                CachedBlocks--;
            }

            holding.Push(entry);
        }

        if (holding.OwnRun != None)
        {
            DisownRun(ref holding, match.OwnBlocks);
        }

        FreeBlocks -= match.OnFreeList;
        HeldBlocks += match.OnFreeList;
        Settle();
    }

    /// <summary>Takes blocks from the head of the free list; what was cached in them is gone.</summary>
    public void Take(long blocks)
    {
        if (blocks == 0)
        {
            return;
        }

        Invariant.Holds(blocks <= FreeBlocks, "no more KV blocks are taken than are free");
        FreeBlocks -= blocks;
        HeldBlocks += blocks;
        Settle();
        ref Entry head = ref _entries[_entries[Sentinel].Next];
        if (head.Blocks > blocks)
        {
            head.Blocks -= blocks;
        }
        else
        {
            TakeFromSeveral(blocks);
        }
    }

    /// <summary>
    /// Makes the blocks that <paramref name="fullTokens"/> tokens fill findable by their content, as far as others may share it.
    /// They are visible at once, before the step that writes them has run.
    /// </summary>
    public void Register(int slot, in BlockContent content, int fullTokens)
    {
        if (!_caching || content.IdentifiedBlocks == 0)
        {
            return;
        }

        ref Holding holding = ref HoldingOf(slot);
        int full = (int)Math.Min(_block.WholeBlocks(fullTokens), content.IdentifiedBlocks);
        for (int block = holding.EntryCount; block < full; block++)
        {
            ulong key = content.KeyOf(block);
            int entry = NewEntry();
            _entries[entry] = new Entry { Key = key, Blocks = 1, References = 1, NextSame = None };
            AddToIndex(key, entry);
            holding.Push(entry);
            Observer?.Stored(key, block == 0 ? null : content.KeyOf(block - 1));
        }
    }

    /// <summary>Leading blocks of a request that can be found by their content.</summary>
    public int RegisteredBlocks(int slot) => HoldingOf(slot).EntryCount;

    /// <summary>
    /// Returns every block of a request: its last block first. The remains of a preempted one are kept apart from other runs, so that it
    /// can find its own beginning again; <paramref name="hashedTokens"/> of its tokens lie in blocks that were hashed.
    /// </summary>
    public void Release(int slot, long heldBlocks, bool preempted, int hashedTokens)
    {
        Releases++;
        ref Holding holding = ref HoldingOf(slot);
        long anonymous = heldBlocks - holding.EntryCount;
        int released = 0;
        if (anonymous > 0)
        {
            bool owned = preempted && _caching;
            int run = AppendRun(anonymous, owned);
            if (owned)
            {
                holding.OwnRun = run;
                holding.OwnHashedBlocks = (int)Math.Max(0, _block.WholeBlocks(hashedTokens) - holding.EntryCount);
            }
        }

        for (int i = holding.EntryCount - 1; i >= 0; i--)
        {
            int entry = holding.Entries![i];
            if (--_entries[entry].References == NoReferences)
            {
                LinkAtTail(entry);
                CachedBlocks++;
                released++;
            }
        }

        holding.EntryCount = 0;
        FreeBlocks += anonymous + released;
        HeldBlocks -= anonymous + released;
        Settle();
    }

    /// <summary>Forgets what a request that will not come back left on the free list; the blocks stay there as anybody's.</summary>
    public void Forget(int slot)
    {
        ref Holding holding = ref HoldingOf(slot);
        if (holding.OwnRun != None)
        {
            DisownRun(ref holding, 0);
        }
    }

    /// <summary>Walks everything: counts on the free list, by kind, against the books.</summary>
    internal void Audit()
    {
        long free = 0;
        long cached = 0;
        for (int i = _entries[Sentinel].Next; i != Sentinel; i = _entries[i].Next)
        {
            free += _entries[i].Blocks;
            cached += _entries[i].References == NoReferences ? 1 : 0;
            Invariant.Holds(_entries[_entries[i].Next].Previous == i, "the free list is linked both ways");
        }

        Invariant.Holds(free == FreeBlocks, "the free list holds as many blocks as the books say are free");
        Invariant.Holds(cached == CachedBlocks, "the free list holds as many cached blocks as the books say");
    }

    private void TakeFromSeveral(long blocks)
    {
        while (blocks > 0)
        {
            int head = _entries[Sentinel].Next;
            ref Entry entry = ref _entries[head];
            if (entry.Blocks > blocks)
            {
                entry.Blocks -= blocks;
                return;
            }

            blocks -= entry.Blocks;
            Evict(head);
        }
    }

    private void Settle()
    {
        PeakHeldBlocks = Math.Max(PeakHeldBlocks, HeldBlocks);
        Invariant.Holds(FreeBlocks + HeldBlocks == CapacityBlocks && FreeBlocks >= 0 && HeldBlocks >= 0, "free + held KV blocks = capacity");
    }

    private ref Holding HoldingOf(int slot)
    {
        if (slot >= _holdings.Length)
        {
            Array.Resize(ref _holdings, Math.Max(slot + 1, _holdings.Length * 2));
        }

        return ref _holdings[slot];
    }

    private int AppendRun(long blocks, bool owned)
    {
        int tail = _entries[Sentinel].Previous;
        if (!owned && tail != Sentinel && _entries[tail].References == Run && !_entries[tail].Owned)
        {
            _entries[tail].Blocks += blocks;
            return tail;
        }

        int entry = NewEntry();
        _entries[entry] = new Entry { Blocks = blocks, References = Run, Owned = owned, NextSame = None };
        LinkAtTail(entry);
        return entry;
    }

    private void DisownRun(ref Holding holding, int claimedBlocks)
    {
        int run = holding.OwnRun;
        ref Entry entry = ref _entries[run];
        entry.Blocks -= claimedBlocks;
        entry.Owned = false;
        holding.OwnRun = None;
        if (entry.Blocks == 0)
        {
            // A run that was evicted to its last block has left the list already.
            if (entry.Next != run)
            {
                Unlink(run);
            }

            Recycle(run);
        }
    }

    private void Evict(int entry)
    {
        Unlink(entry);
        ref Entry evicted = ref _entries[entry];
        if (evicted.References == Run)
        {
            evicted.Blocks = 0;
            if (!evicted.Owned)
            {
                Recycle(entry);
            }

            return;
        }

        CachedBlocks--;
        Observer?.Removed(evicted.Key);
        RemoveFromIndex(evicted.Key, entry);
        Recycle(entry);
    }

    // Two requests that compute the same content side by side keep a copy each; a lookup returns the first (section 4.2).
    private void AddToIndex(ulong key, int entry)
    {
        int first = _index.FindOrAdd(key, entry);
        if (first == entry)
        {
            return;
        }

        while (_entries[first].NextSame != None)
        {
            first = _entries[first].NextSame;
        }

        _entries[first].NextSame = entry;
    }

    private void RemoveFromIndex(ulong key, int entry)
    {
        int first = _index.Find(key);
        if (first != entry)
        {
            while (_entries[first].NextSame != entry)
            {
                first = _entries[first].NextSame;
            }

            _entries[first].NextSame = _entries[entry].NextSame;
        }
        else if (_entries[entry].NextSame == None)
        {
            _index.Remove(key);
        }
        else
        {
            _index.Replace(key, _entries[entry].NextSame);
        }
    }

    private void LinkAtTail(int entry)
    {
        int tail = _entries[Sentinel].Previous;
        _entries[entry].Previous = tail;
        _entries[entry].Next = Sentinel;
        _entries[tail].Next = entry;
        _entries[Sentinel].Previous = entry;
    }

    private void Unlink(int entry)
    {
        ref Entry unlinked = ref _entries[entry];
        _entries[unlinked.Previous].Next = unlinked.Next;
        _entries[unlinked.Next].Previous = unlinked.Previous;
        unlinked.Next = entry;
        unlinked.Previous = entry;
    }

    private int NewEntry()
    {
        if (_recycled != None)
        {
            int entry = _recycled;
            _recycled = _entries[entry].Next;
            return entry;
        }

        if (_entryCount == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        return _entryCount++;
    }

    private void Recycle(int entry)
    {
        _entries[entry].Next = _recycled;
        _recycled = entry;
    }

    private struct Entry
    {
        public ulong Key;
        public long Blocks;
        public int References;
        public int Previous;
        public int Next;
        public int NextSame;
        public bool Owned;
    }

    private struct Holding
    {
        public int[]? Entries;
        public int EntryCount;
        private int _ownRunPlusOne;
        public int OwnHashedBlocks;

        public int OwnRun
        {
            readonly get => _ownRunPlusOne - 1;
            set => _ownRunPlusOne = value + 1;
        }

        public void Push(int entry)
        {
            Entries ??= new int[16];
            if (EntryCount == Entries.Length)
            {
                Array.Resize(ref Entries, Entries.Length * 2);
            }

            Entries[EntryCount++] = entry;
        }
    }
}

using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>A <see cref="KvLedger"/> and its plain twin, told the same: every block an object, the free list a linked list.</summary>
internal sealed class LedgerPair
{
    private const int Probe = 1000;

    private readonly KvLedger _ledger;
    private readonly bool _caching;
    private readonly int _capacity;
    private readonly LinkedList<Block> _free;
    private readonly Dictionary<object, List<Block>> _index = [];
    private readonly Dictionary<int, Owner> _owners = [];
    private readonly List<(RequestDetails? Details, int Prompt)> _seen = [];
    private int _held;
    private int _peak;
    private int _generations;

    public LedgerPair(int capacity, int blockTokens, bool caching)
    {
        (_capacity, BlockTokens, _caching) = (capacity, blockTokens, caching);
        _ledger = new KvLedger(capacity, blockTokens, caching);
        _free = new(Enumerable.Range(0, capacity).Select(_ => new Block()));
    }

    internal enum SlotState
    {
        Empty,
        Waiting,
        Holding,
    }

    public int BlockTokens { get; }

    public SlotState StateOf(int slot) => !_owners.TryGetValue(slot, out Owner? owner) ? SlotState.Empty
        : owner.Holds ? SlotState.Holding
        : SlotState.Waiting;

    public void Arrive(int slot, int prompt, RequestDetails? details)
    {
        _owners[slot] = new Owner { Details = details, Prompt = prompt, Known = prompt, Name = _generations++ };
        _seen.Add((details, prompt));
    }

    public void TryAdmit(int slot, int upToTokens)
    {
        Owner owner = _owners[slot];
        BlockContent content = ContentOf(owner);
        PrefixMatch match = _ledger.Match(slot, content, owner.Known);
        List<Block> hits = Lookup(owner, content);
        int onFreeList = hits.Count(block => block.References == 0);
        Assert.Equal(hits.Count, match.Blocks);
        Assert.Equal(onFreeList, match.OnFreeList);

        int cached = hits.Count * BlockTokens;
        int tokens = Math.Min(owner.Known, cached + upToTokens);
        int fresh = BlocksFor(tokens) - hits.Count;
        bool fits = fresh + onFreeList <= _free.Count;
        Assert.Equal(fits, _ledger.CanTake(fresh, match));
        if (!fits)
        {
            return;
        }

        _ledger.Claim(slot, match);
        _ledger.Take(fresh);
        _ledger.Register(slot, content, tokens);
        foreach (Block hit in hits)
        {
            if (hit.References++ == 0)
            {
                _free.Remove(hit);
                _held++;
            }
        }

        owner.Blocks.AddRange(hits);
        Disown(owner);
        TakeFresh(owner, fresh);
        owner.Computed = tokens;
        owner.Holds = true;
        RegisterFull(owner, content);
    }

    public void TryGrow(int slot, int tokens)
    {
        Owner owner = _owners[slot];
        int grown = owner.Computed + tokens;
        int fresh = BlocksFor(grown) - owner.Blocks.Count;
        if (fresh > _free.Count)
        {
            return;
        }

        _ledger.Take(fresh);
        _ledger.Register(slot, ContentOf(owner), grown);
        TakeFresh(owner, fresh);
        owner.Computed = grown;
        owner.Known = Math.Max(owner.Known, grown);
        RegisterFull(owner, ContentOf(owner));
    }

    /// <summary>Gives everything back; the last tokens of a preempted one may not have been hashed yet.</summary>
    public void Release(int slot, bool preempted, int unhashed)
    {
        Owner owner = _owners[slot];
        int hashed = Math.Max(0, owner.Computed - unhashed);
        _ledger.Release(slot, owner.Blocks.Count, preempted, hashed);
        int identified = Math.Min(ContentOf(owner).IdentifiedBlocks, owner.Computed / BlockTokens);
        for (int i = owner.Blocks.Count - 1; i >= 0; i--)
        {
            Block block = owner.Blocks[i];
            if (_caching && preempted && i >= identified && i < hashed / BlockTokens)
            {
                Index(block, (owner.Name, i));
                owner.Left.Add(block);
            }

            if (--block.References == 0)
            {
                _free.AddLast(block);
                _held--;
            }
        }

        owner.Blocks.Clear();
        owner.Computed = 0;
        owner.Holds = false;
        owner.Known++;
        if (!preempted)
        {
            _ledger.Forget(slot);
            _owners.Remove(slot);
        }
    }

    /// <summary>One that waits will not come back.</summary>
    public void Forget(int slot)
    {
        _ledger.Forget(slot);
        Disown(_owners[slot]);
        _owners.Remove(slot);
    }

    public void AssertAgree(string name)
    {
        _ledger.Audit();
        _peak = Math.Max(_peak, _held);
        int cached = _free.Count(block => block.Key is ulong);
        (long, long, long, long) expected = (_free.Count, _held, cached, _peak);
        (long, long, long, long) actual = (_ledger.FreeBlocks, _ledger.HeldBlocks, _ledger.CachedBlocks, _ledger.PeakHeldBlocks);
        Assert.True(expected == actual, $"{name}: expected {expected}, was {actual}");
        Assert.Equal(_capacity, _ledger.FreeBlocks + _ledger.HeldBlocks);
        if (_seen.Count == 0)
        {
            return;
        }

        (RequestDetails? details, int prompt) = _seen[_generations * 7 % _seen.Count];
        var stranger = new Owner { Details = details, Prompt = prompt, Known = prompt, Name = -1 };
        int found = Lookup(stranger, ContentOf(stranger)).Count;
        Assert.True(found == _ledger.Match(Probe, ContentOf(stranger), prompt).Blocks, $"{name}: a lookup finds {found} blocks");
    }

    private int BlocksFor(int tokens) => (tokens + BlockTokens - 1) / BlockTokens;

    private BlockContent ContentOf(Owner owner) => new(owner.Details, owner.Prompt, 0, BlockTokens);

    private List<Block> Lookup(Owner owner, in BlockContent content)
    {
        var hits = new List<Block>();
        for (int i = 0; _caching && i < (owner.Known - 1) / BlockTokens; i++)
        {
            object key = i < content.IdentifiedBlocks ? content.KeyOf(i) : (owner.Name, i);
            if (!_index.TryGetValue(key, out List<Block>? blocks))
            {
                break;
            }

            hits.Add(blocks[0]);
        }

        return hits;
    }

    private void TakeFresh(Owner owner, int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            Block block = _free.First!.Value;
            _free.RemoveFirst();
            Unindex(block);
            block.References = 1;
            owner.Blocks.Add(block);
            _held++;
        }
    }

    private void RegisterFull(Owner owner, in BlockContent content)
    {
        int full = Math.Min(owner.Computed / BlockTokens, content.IdentifiedBlocks);
        for (int i = 0; _caching && i < full; i++)
        {
            if (owner.Blocks[i].Key is null)
            {
                Index(owner.Blocks[i], content.KeyOf(i));
            }
        }
    }

    private void Disown(Owner owner)
    {
        foreach (Block block in owner.Left.Where(block => block.Key is (int name, int) && name == owner.Name))
        {
            Unindex(block);
        }

        owner.Left.Clear();
    }

    private void Index(Block block, object key)
    {
        block.Key = key;
        if (!_index.TryGetValue(key, out List<Block>? same))
        {
            _index[key] = same = [];
        }

        same.Add(block);
    }

    private void Unindex(Block block)
    {
        if (block.Key is { } key)
        {
            _index[key].Remove(block);
            if (_index[key].Count == 0)
            {
                _index.Remove(key);
            }

            block.Key = null;
        }
    }

    private sealed class Block
    {
        public int References { get; set; }

        public object? Key { get; set; }
    }

    private sealed class Owner
    {
        public required RequestDetails? Details { get; init; }

        public required int Prompt { get; init; }

        public required int Name { get; init; }

        public required int Known { get; set; }

        public int Computed { get; set; }

        public bool Holds { get; set; }

        public List<Block> Blocks { get; } = [];

        public List<Block> Left { get; } = [];
    }
}

using Plimsoll.Core;

namespace Plimsoll.Serving.Tests.Dispatch;

/// <summary>The table as it is meant: a list of prefixes, each with its replicas, and a hand that gives second chances.</summary>
internal sealed class NaivePrefixTable(int replicas, int capacity)
{
    private readonly List<Entry> _entries = [];
    private int _hand;

    public int[] HitsOf(in InferenceRequest request)
    {
        int[] hits = new int[replicas];
        for (int replica = 0; replica < replicas; replica++)
        {
            foreach ((ulong hash, int tokens) in Prefixes(request))
            {
                if (_entries.Find(entry => entry.Hash == hash)?.Replicas.Contains(replica) != true)
                {
                    break;
                }

                hits[replica] = Math.Min(request.PromptTokens, tokens);
            }
        }

        return hits;
    }

    public void Sent(in InferenceRequest request, int replica)
    {
        foreach ((ulong hash, _) in Prefixes(request))
        {
            Store(replica, hash);
        }
    }

    public void Stored(int replica, IEnumerable<ulong> hashes)
    {
        foreach (ulong hash in hashes)
        {
            Store(replica, hash);
        }
    }

    public void Removed(int replica, IEnumerable<ulong> hashes)
    {
        foreach (ulong hash in hashes)
        {
            _entries.Find(entry => entry.Hash == hash)?.Replicas.Remove(replica);
        }
    }

    public void Forget(int replica, long keptTokens)
    {
        List<Entry> inOrder = [.. _entries.Skip(_hand), .. _entries.Take(_hand)];
        int most = (int)((keptTokens + 511) / 512);
        bool IsOver() => _entries.Count(entry => entry.Replicas.Contains(replica)) > most;
        foreach (bool spares in keptTokens == 0 ? new[] { false } : [true, false])
        {
            foreach (Entry entry in inOrder.Where(entry => entry.Replicas.Contains(replica)))
            {
                if (!IsOver())
                {
                    return;
                }

                if (spares && entry.UsedLately)
                {
                    entry.UsedLately = false;
                }
                else
                {
                    entry.Replicas.Remove(replica);
                }
            }
        }
    }

    private void Store(int replica, ulong hash)
    {
        Entry? entry = _entries.Find(entry => entry.Hash == hash);
        if (entry is null)
        {
            entry = new Entry(hash);
            Place(entry);
        }

        entry.Replicas.Add(replica);
        entry.UsedLately = true;
    }

    private void Place(Entry entry)
    {
        if (_entries.Count < capacity)
        {
            _entries.Add(entry);
            return;
        }

        while (_entries[_hand].UsedLately)
        {
            _entries[_hand].UsedLately = false;
            _hand = (_hand + 1) % capacity;
        }

        _entries[_hand] = entry;
        _hand = (_hand + 1) % capacity;
    }

    private static IEnumerable<(ulong Hash, int Tokens)> Prefixes(InferenceRequest request)
    {
        RequestDetails details = request.Details!;
        int step = Math.Max(1, 512 / details.BlockTokens);
        for (int blocks = step; blocks <= details.PrefixHashes.Count; blocks += step)
        {
            yield return (details.PrefixHashes[blocks - 1], blocks * details.BlockTokens);
        }
    }

    private sealed class Entry(ulong hash)
    {
        public ulong Hash { get; } = hash;

        public HashSet<int> Replicas { get; } = [];

        public bool UsedLately { get; set; }
    }
}

using Plimsoll.Core;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Policies;

namespace Plimsoll.Gateway.Backends;

/// <content>Prefixes that replicas say they have cached, and who says how prompts are cut into tokens.</content>
internal sealed partial class Fleet
{
    private const int ShrinksBetweenClearings = 30;

    /// <summary>Whether the routing policy looks at what replicas have cached.</summary>
    public bool WantsPrefixes => Policies.Dispatch.Signals.HasFlag(Signals.PrefixHits);

    /// <summary>The model as an adapter's name, if the replicas of its pool say that it is one; null if it stands for itself.</summary>
    public string? AdapterOf(ModelPool pool, string model)
    {
        foreach (Replica replica in Replicas)
        {
            if (replica.Pool == pool && replica.Models is { } models)
            {
                return models.Base.Contains(model) || models.Entries.All(entry => entry.Key != model) ? null : model;
            }
        }

        return null;
    }

    /// <summary>
    /// The replica of a pool that can best be asked into which tokens it cuts a prompt: fewest requests in flight and questions together,
    /// of several the first; null if none can be asked now.
    /// </summary>
    public Replica? Tokenizer(ModelPool pool, Instant now)
    {
        Replica? best = null;
        int least = int.MaxValue;
        foreach (Replica replica in Replicas)
        {
            int busy = replica.InFlight + replica.Tokenizer.Asking;
            if (busy < least && replica.Pool == pool && replica.ToldWindow is null or > 0 && !replica.Tokenizer.Rests(now))
            {
                (best, least) = (replica, busy);
            }
        }

        return best;
    }

    /// <summary>Tokens in a block of the engines of a pool, by the first of them whose events say so; null if none does.</summary>
    public int? BlockTokens(ModelPool pool)
    {
        foreach (Replica replica in Replicas)
        {
            if (replica.Pool == pool && replica.Backend.KvEvents is not null && replica.Cache.BlockTokens is { } tokens)
            {
                return tokens;
            }
        }

        return null;
    }

    /// <summary>
    /// The prefix cache of a replica holds no more than so many tokens. Where it says which prefixes those are, beliefs that it never
    /// confirmed are cleared away now and then, and what it has is told again.
    /// </summary>
    public void Shrunk(Replica replica, long heldTokens)
    {
        lock (_lock)
        {
            EngineCacheFacts facts = replica.Cache.Facts;
            bool saysAll = told is not null && WantsPrefixes && facts.KnownContents == facts.Contents;
            if (replica.TakeEstimated() || !saysAll || replica.Shrinks++ % ShrinksBetweenClearings == 0)
            {
                replica.Pool?.Loop.Forget(replica.Backend.Replica, heldTokens);
                TellPrefixes(replica);
            }
        }
    }

    /// <summary>The prefix cache of a replica has others than before.</summary>
    public void Changed(Replica replica, in CacheChanges changes)
    {
        if (told is null || (changes.Stored.Length == 0 && changes.Removed.Length == 0))
        {
            return;
        }

        lock (_lock)
        {
            if (replica.Pool is not { } pool || !WantsPrefixes)
            {
                return;
            }

            if (changes.Removed.Length > 0)
            {
                pool.Loop.Removed(replica.Backend.Replica, told(changes.Removed));
            }

            if (changes.Stored.Length > 0)
            {
                pool.Loop.Stored(replica.Backend.Replica, told(changes.Stored));
            }
        }
    }

    private void TellPrefixes(Replica replica)
    {
        if (told is not null && WantsPrefixes && replica.Pool is { } pool && replica.Cache.Prefixes() is { Length: > 0 } prefixes)
        {
            pool.Loop.Stored(replica.Backend.Replica, told(prefixes));
        }
    }
}

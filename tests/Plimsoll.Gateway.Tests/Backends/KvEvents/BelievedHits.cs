using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

/// <summary>Reads from a dispatcher's state what it believes to be cached.</summary>
internal static class BelievedHits
{
    /// <summary>Leading tokens of a prompt that each replica is believed to have.</summary>
    public static int[] Of(DispatcherState state, int[] tokens, int blockTokens, int replicas)
    {
        ulong[] hashes = TokenPrefixes.Of(null, tokens, blockTokens);
        int step = PrefixStride.HashesFor(TokenPrefixes.HashTokens(blockTokens));
        PrefixMemory known = state.Prefixes!;
        int words = (state.Replicas.Length + 63) / 64;
        int[] hits = new int[replicas];
        for (int replica = 0; replica < replicas; replica++)
        {
            for (int hash = step - 1; hash < hashes.Length; hash += step)
            {
                int place = Array.IndexOf(known.Hashes, hashes[hash]);
                if (place < 0 || (known.SetBits[(known.SetOf[place] * words) + (replica >> 6)] >> (replica & 63) & 1) == 0)
                {
                    break;
                }

                hits[replica] = (hash + 1) * TokenPrefixes.HashTokens(blockTokens);
            }
        }

        return hits;
    }
}

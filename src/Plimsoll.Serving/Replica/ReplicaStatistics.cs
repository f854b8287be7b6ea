namespace Plimsoll.Serving.Replica;

/// <summary>What a replica has done since it started, summed step by step or by closed form, whichever it did.</summary>
public struct ReplicaStatistics
{
    /// <summary>Steps run.</summary>
    public long Steps;

    /// <summary>Time spent in steps, in picoseconds.</summary>
    public Int128 BusyPicoseconds;

    /// <summary>Tokens prefilled, recomputed ones included.</summary>
    public long PrefillTokens;

    /// <summary>Rows decoded, one token each; rows computed in vain included.</summary>
    public long DecodeRows;

    /// <summary>Of those rows, computed in vain for sequences that had stopped.</summary>
    public long WastedRows;

    /// <summary>Prompts computed to their end, recomputed ones included: each gives one token.</summary>
    public long PrefillsCompleted;

    /// <summary>Requests admitted to the batch, integrated over busy time: request·picoseconds.</summary>
    public Int128 RunningPicoseconds;

    /// <summary>Most requests admitted to the batch at once.</summary>
    public int PeakRunning;

    /// <summary>KV blocks held, integrated over busy time, each leap by its mean: block·seconds.</summary>
    public double KvBlockSeconds;

    /// <summary>Requests admitted again after losing their memory.</summary>
    public long Preemptions;

    /// <summary>Tokens whose memory evicted requests held, prompts included: computed in vain, or to be computed again.</summary>
    public long EvictedTokens;

    /// <summary>Output tokens that evicted requests had generated and lost.</summary>
    public long LostTokens;

    /// <summary>Output tokens computed for clients that had left when their step ended.</summary>
    public long AbandonedTokens;

    /// <summary>Prompt tokens looked up in the prefix cache at first admission.</summary>
    public long PrefixLookupTokens;

    /// <summary>Of those, tokens found.</summary>
    public long PrefixHitTokens;

    /// <summary>Output tokens computed for somebody and not lost, those of requests still inside included.</summary>
    public readonly long OutputTokens => DecodeRows - WastedRows + PrefillsCompleted - LostTokens - AbandonedTokens;
}

namespace Plimsoll.Core;

/// <summary>
/// A replica as the dispatcher sees it. The reported part is as old as <see cref="ObservedAt"/> says; the rest is the
/// dispatcher's own book-keeping and always current.
/// </summary>
public struct ReplicaView
{
    /// <summary>Who.</summary>
    public ReplicaId Id;

    /// <summary>When the reported part was true.</summary>
    public Instant ObservedAt;

    /// <summary>Reported: requests admitted to its batch.</summary>
    public int RunningRequests;

    /// <summary>Reported: requests in its own queue.</summary>
    public int WaitingRequests;

    /// <summary>Reported: KV blocks held by requests.</summary>
    public long KvBlocksUsed;

    /// <summary>Reported: KV blocks it has; 0 when unlimited or not known.</summary>
    public long KvBlocksTotal;

    /// <summary>Own: requests sent there since the report was taken.</summary>
    public int SentSinceReport;

    /// <summary>Own: requests sent there and not yet ended.</summary>
    public int InFlightRequests;

    /// <summary>Own: tokens of work sent there and not yet ended: prompts, plus expected output where a prediction exists.</summary>
    public long InFlightTokens;

    /// <summary>Requests there as far as can be known: reported, plus those sent since.</summary>
    public readonly int Requests => RunningRequests + WaitingRequests + SentSinceReport;
}

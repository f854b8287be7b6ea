namespace Plimsoll.Core;

/// <summary>
/// What happened to one request, stamp by stamp: the value that metrics are made of. Written once, when the request ends.
/// Stamps that were never reached are <see cref="Instant.Never"/>.
/// </summary>
public struct RequestTimeline
{
    /// <summary>Which request.</summary>
    public RequestId Id;

    /// <summary>When it arrived.</summary>
    public Instant Arrival;

    /// <summary>When a replica first gave it tokens in a step.</summary>
    public Instant Scheduled;

    /// <summary>When its first output token existed.</summary>
    public Instant FirstToken;

    /// <summary>When it ended, however it ended.</summary>
    public Instant Finished;

    /// <summary>Prompt length in tokens.</summary>
    public int PromptTokens;

    /// <summary>Output tokens delivered to the client.</summary>
    public int OutputTokens;

    /// <summary>Prompt tokens found in the prefix cache at first admission.</summary>
    public int CachedTokens;

    /// <summary>Times it lost its memory and started over.</summary>
    public int Preemptions;

    /// <summary>Index of the replica that served it; −1 if none did.</summary>
    public int Replica;

    /// <summary>How it ended.</summary>
    public RequestOutcome Outcome;

    /// <summary>Why it was refused, if it was.</summary>
    public RejectReason RejectReason;
}

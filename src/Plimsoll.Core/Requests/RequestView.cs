namespace Plimsoll.Core;

/// <summary>A request as a policy sees it: nothing of its true output length.</summary>
public readonly ref struct RequestView
{
    /// <summary>Which request.</summary>
    public RequestId Id { get; init; }

    /// <summary>When it arrived.</summary>
    public Instant Arrival { get; init; }

    /// <summary>Now.</summary>
    public Instant Now { get; init; }

    /// <summary>Prompt length in tokens.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Hash of its session's name, 0 when it has none.</summary>
    public ulong SessionHash { get; init; }

    /// <summary>Hash of the client or tenant it is for, 0 when it names none.</summary>
    public ulong TenantHash { get; init; }

    /// <summary>Best guess of its output length in tokens, made when it arrived; 0 when nobody guessed.</summary>
    public int PredictedOutputTokens { get; init; }

    /// <summary>Lower is served earlier.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// Leading prompt tokens believed to be cached on each replica, in the order of the replica views; empty unless the policy
    /// declared <c>PrefixHits</c> and the request carries prefix hashes.
    /// </summary>
    public ReadOnlySpan<int> PrefixHitTokens { get; init; }
}

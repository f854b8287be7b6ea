using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// One request inside a replica. While it decodes nothing here changes from step to step: everything follows from the step in
/// which it joined, so a leap of a thousand steps touches no sequence.
/// </summary>
internal struct Sequence
{
    public RequestId Id;
    public Instant Arrival;
    public Instant Scheduled;
    public Instant FirstToken;

    public int PromptTokens;

    /// <summary>Tokens it emits before it ends, whatever ends it; at least 1.</summary>
    public int OutputTokens;

    /// <summary>Tokens emitted before this residence in the batch.</summary>
    public int EmittedTokens;

    /// <summary>Tokens it has to compute before it emits the next one: prompt and what it had emitted when it was admitted.</summary>
    public int TargetTokens;

    /// <summary>While it prefills: tokens computed or found in the cache so far.</summary>
    public int ComputedTokens;

    public int CachedTokens;
    public int Preemptions;
    public int ChargedTokens;

    /// <summary>Decode step with whose batch its prefill was complete; it has a row from the step after.</summary>
    public long JoinStep;

    /// <summary>Decode step that produces its last token.</summary>
    public long LastStep;

    /// <summary>Last decode step in which it got no row while it decoded; 0 for none.</summary>
    public long Missed;

    /// <summary>Number of its latest admission, counted over the replica: the order of the running list.</summary>
    public long AdmittedAs;

    /// <summary>Blocks reserved at admission, if more than its tokens fill.</summary>
    public long ReservedBlocks;

    /// <summary>Steps s in which it enters a new block: those with s mod block size equal to this.</summary>
    public int CrossingClass;

    /// <summary>Whether others may share blocks that it fills while it decodes.</summary>
    public bool Shares;

    /// <summary>Whether it got no row in the step before <see cref="Missed"/> either.</summary>
    public bool MissedBefore;

    public int PlaceInOrder;

    /// <summary>Next in a list of those whose prefill one pass completes.</summary>
    public int NextInPass;

    public SequencePhase Phase;

    /// <summary>Whether coming steps compute a row for it.</summary>
    public bool InRows;

    /// <summary>
    /// It ends by a stop token or because the client hangs up: known only after the token, so that an overlapped engine computes one row
    /// too many.
    /// </summary>
    public bool StopsUnannounced;

    public bool Cancels;
}

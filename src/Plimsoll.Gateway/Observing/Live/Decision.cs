using Plimsoll.Core;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>One thing that the dispatcher decided, and what it saw.</summary>
internal sealed class Decision
{
    /// <summary>Most replicas of which it says how many requests they had.</summary>
    public const int MostReplicas = 16;

    /// <summary>Counted from 1 in the pool, without gaps.</summary>
    public long Number { get; set; }

    public Instant At { get; set; }

    public RequestId Request { get; set; }

    public int PromptTokens { get; set; }

    /// <summary>Where it goes; −1 if it is refused.</summary>
    public int Replica { get; set; }

    public RejectReason Reason { get; set; }

    /// <summary>Whether another replica had failed before.</summary>
    public bool IsRetry { get; set; }

    /// <summary>How long it was held.</summary>
    public Duration Held { get; set; }

    /// <summary>Requests held beside it.</summary>
    public int Queued { get; set; }

    /// <summary>The routing policy.</summary>
    public string Routing { get; set; } = "";

    /// <summary>Replicas whose window had room.</summary>
    public int WithRoom { get; set; }

    /// <summary>Requests in flight at each replica before it, −1 for those that took none; as many as were kept.</summary>
    public int[] InFlight { get; } = new int[MostReplicas];
}

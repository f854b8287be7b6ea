namespace Plimsoll.Core;

/// <summary>How a request ended. Submitted = completed + rejected + failed + cancelled + in flight, always.</summary>
public enum RequestOutcome
{
    /// <summary>Not ended yet.</summary>
    InFlight,

    /// <summary>Every output token was delivered.</summary>
    Completed,

    /// <summary>Refused before it ran; see <see cref="RejectReason"/>.</summary>
    Rejected,

    /// <summary>Lost to a fault, or recorded as failed in the trace.</summary>
    Failed,

    /// <summary>The client hung up.</summary>
    Cancelled,
}

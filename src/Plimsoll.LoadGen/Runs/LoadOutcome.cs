namespace Plimsoll.LoadGen.Runs;

/// <summary>How a request ended, as its client saw it.</summary>
public enum LoadOutcome
{
    /// <summary>Not ended when the run did.</summary>
    InFlight,

    /// <summary>The whole answer came.</summary>
    Completed,

    /// <summary>Refused for load: status 429 or 503.</summary>
    Rejected,

    /// <summary>Any other error, a broken answer, or no answer in time.</summary>
    Failed,

    /// <summary>The client hung up, as the trace says it did.</summary>
    Cancelled,
}

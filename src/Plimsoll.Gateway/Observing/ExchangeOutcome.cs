namespace Plimsoll.Gateway.Observing;

/// <summary>How a request ended, seen by its client.</summary>
public enum ExchangeOutcome
{
    /// <summary>The whole answer went out.</summary>
    Completed,

    /// <summary>The client left before that.</summary>
    Cancelled,

    /// <summary>It was refused, here or by the engine, and that was the request's or the load's doing.</summary>
    Rejected,

    /// <summary>Something broke.</summary>
    Failed,
}

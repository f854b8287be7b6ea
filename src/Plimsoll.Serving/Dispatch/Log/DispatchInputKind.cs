namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>What a host can tell the dispatcher.</summary>
public enum DispatchInputKind
{
    /// <summary>A request arrived.</summary>
    Arrived,

    /// <summary>A replica says how it is.</summary>
    Reported,

    /// <summary>A request that was sent has ended.</summary>
    Ended,

    /// <summary>A request that was sent found its replica broken, and tries another.</summary>
    Retried,

    /// <summary>A replica takes more requests, fewer, or none.</summary>
    Windowed,

    /// <summary>The client of a request hung up.</summary>
    Cancelled,

    /// <summary>Time passed, and with it perhaps a deadline.</summary>
    TimePassed,

    /// <summary>Other policies apply.</summary>
    Reconfigured,

    /// <summary>A replica has lost what it had cached, or all but so much of it.</summary>
    Forgotten,

    /// <summary>A replica has cached prefixes.</summary>
    Stored,

    /// <summary>A replica no longer has prefixes that it had.</summary>
    Removed,
}

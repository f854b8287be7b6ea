namespace Plimsoll.Gateway.Emulation;

/// <summary>What goes wrong with one request.</summary>
internal enum RequestFault
{
    None,

    /// <summary>Status 500.</summary>
    Error,

    /// <summary>Bytes that are not JSON.</summary>
    Garbage,

    /// <summary>The connection breaks in mid-answer.</summary>
    Cut,
}

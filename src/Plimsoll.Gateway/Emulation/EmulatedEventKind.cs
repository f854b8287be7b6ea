namespace Plimsoll.Gateway.Emulation;

/// <summary>What an <see cref="EmulatedEvent"/> says.</summary>
internal enum EmulatedEventKind
{
    /// <summary>All sequences are in the engine.</summary>
    Accepted,

    /// <summary>The engine could never serve it; nothing of the call is inside.</summary>
    Refused,

    /// <summary>Tokens came, and more will.</summary>
    Tokens,

    /// <summary>The last tokens came.</summary>
    Ended,

    /// <summary>The engine is gone.</summary>
    Lost,
}

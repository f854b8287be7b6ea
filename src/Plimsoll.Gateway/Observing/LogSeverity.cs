namespace Plimsoll.Gateway.Observing;

/// <summary>How much a line of the log matters, least first.</summary>
public enum LogSeverity
{
    /// <summary>For those who look for a fault.</summary>
    Debug,

    /// <summary>Something changed, as it should.</summary>
    Info,

    /// <summary>Something is not well, and the gateway copes.</summary>
    Warning,

    /// <summary>Something is broken.</summary>
    Error,
}

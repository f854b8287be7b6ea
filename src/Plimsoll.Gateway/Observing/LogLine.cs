namespace Plimsoll.Gateway.Observing;

/// <summary>Something that happened in the gateway, for people and for programs: no prompts, no answers, no keys.</summary>
/// <param name="At">When.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Event">What happened, in a word that never changes, such as replica_down.</param>
public sealed record LogLine(DateTimeOffset At, LogSeverity Severity, string Event)
{
    /// <summary>The replica it is about; null for none.</summary>
    public string? Replica { get; init; }

    /// <summary>The request's number in its pool; null for none.</summary>
    public long? Request { get; init; }

    /// <summary>The trace it belongs to, as 32 hexadecimal digits; null for none.</summary>
    public string? Trace { get; init; }

    /// <summary>A sentence about it; null for none.</summary>
    public string? Message { get; init; }
}

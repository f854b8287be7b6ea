namespace Plimsoll.Gateway.Observing;

/// <summary>What the access log says of one request: nothing of what was asked or answered, and no keys.</summary>
public sealed record AccessRecord
{
    /// <summary>When it arrived.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Path, such as /v1/chat/completions.</summary>
    public required string Path { get; init; }

    /// <summary>Model asked for, if it is served here.</summary>
    public required string Model { get; init; }

    /// <summary>Status that the client saw; 0 if it left before.</summary>
    public required int Status { get; init; }

    /// <summary>How it ended.</summary>
    public required ExchangeOutcome Outcome { get; init; }

    /// <summary>Why it did not complete, in the words of the errors; empty if it did.</summary>
    public required string Reason { get; init; }

    /// <summary>The replica that answered or failed last; empty if it was sent to none.</summary>
    public required string Replica { get; init; }

    /// <summary>Replicas tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>Whether the answer is a stream.</summary>
    public required bool Streams { get; init; }

    /// <summary>Seconds held before it was first sent; null if it never was.</summary>
    public double? QueueSeconds { get; init; }

    /// <summary>Seconds to the first event with content; null for answers that are not streams.</summary>
    public double? FirstTokenSeconds { get; init; }

    /// <summary>Seconds from arrival to the end.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>Prompt tokens, as the engine counts; null if it did not say.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Output tokens, as the engine counts; null if it did not say.</summary>
    public int? OutputTokens { get; init; }

    /// <summary>The trace it belongs to, as 32 hexadecimal digits; null while nobody traces.</summary>
    public string? Trace { get; init; }
}

namespace Plimsoll.Gateway.Observing;

/// <summary>What everybody who takes down a request wants to know of it, once it has ended.</summary>
internal readonly record struct RequestSummary
{
    public required string Path { get; init; }

    /// <summary>Model asked for, if it is served here.</summary>
    public required string Model { get; init; }

    /// <summary>Status that the client saw; 0 if it left before.</summary>
    public required int Status { get; init; }

    public required ExchangeOutcome Outcome { get; init; }

    /// <summary>Why it did not complete; empty if it did.</summary>
    public required string Reason { get; init; }

    /// <summary>The last replica; empty if it was sent to none.</summary>
    public required string Replica { get; init; }

    public required int Attempts { get; init; }

    public required double? QueueSeconds { get; init; }

    public required double? FirstTokenSeconds { get; init; }

    public required double? SecondsPerToken { get; init; }

    public required double TotalSeconds { get; init; }

    public required int? PromptTokens { get; init; }

    public required int? OutputTokens { get; init; }
}

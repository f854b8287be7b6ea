namespace Plimsoll.Gateway.Observing.Live;

/// <summary>The traffic of the last minute in numbers; means are not numbers where nothing completed.</summary>
public sealed record TrafficRates
{
    /// <summary>Requests that arrived, a second.</summary>
    public required double ArrivedPerSecond { get; init; }

    /// <summary>Requests that completed, a second.</summary>
    public required double CompletedPerSecond { get; init; }

    /// <summary>Requests that were refused, a second.</summary>
    public required double RefusedPerSecond { get; init; }

    /// <summary>Requests that failed, a second.</summary>
    public required double FailedPerSecond { get; init; }

    /// <summary>Prompt tokens of completed requests, a second.</summary>
    public required double PromptTokensPerSecond { get; init; }

    /// <summary>Output tokens of completed requests, a second.</summary>
    public required double OutputTokensPerSecond { get; init; }

    /// <summary>Mean prompt of completed requests, in tokens.</summary>
    public required double MeanPromptTokens { get; init; }

    /// <summary>Mean output of completed requests, in tokens.</summary>
    public required double MeanOutputTokens { get; init; }

    /// <summary>Mean time for each output token after the first, in seconds: how long a step takes, as clients see it.</summary>
    public required double SecondsPerOutputToken { get; init; }
}

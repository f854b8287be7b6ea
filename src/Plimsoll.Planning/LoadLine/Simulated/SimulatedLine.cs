using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>The load line as simulation found it.</summary>
public sealed record SimulatedLine
{
    /// <summary>The batching policy that served.</summary>
    public required string Policy { get; init; }

    /// <summary>The line in requests per second: mean over the replications and its 95 % interval.</summary>
    public required MeanEstimate RequestsPerSecond { get; init; }

    /// <summary>Requests served per second by a replica whose queue never runs empty.</summary>
    public required MeanEstimate Saturated { get; init; }

    /// <summary>A rate a little below the line.</summary>
    public required StabilityCheck Below { get; init; }

    /// <summary>A rate a little above it.</summary>
    public required StabilityCheck Above { get; init; }

    /// <summary>Requests in each run.</summary>
    public required long RequestsPerRun { get; init; }
}

using Plimsoll.Workloads.Statistics;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>What was found in one trace.</summary>
internal sealed record TraceFindings
{
    /// <summary>The path as it was given.</summary>
    public required string Name { get; init; }

    public required string Format { get; init; }

    /// <summary>Statistics of the requests; null for a folder from which requests are drawn.</summary>
    public TraceStatistics? Requests { get; init; }

    /// <summary>Statistics of such a folder; null for requests.</summary>
    public ServeGenStatistics? Model { get; init; }

    /// <summary>Time and lengths of every request, when they were asked for.</summary>
    public RequestLists? Lists { get; init; }

    public bool LengthsOnly { get; init; }

    public long FailedRows { get; init; }

    public long BadRows { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether reading was interrupted: the numbers cover the beginning only.</summary>
    public bool Partial { get; init; }
}

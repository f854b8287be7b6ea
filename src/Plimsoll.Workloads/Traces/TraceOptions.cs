using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces;

/// <summary>How to read a trace. The defaults take everything as it is recorded.</summary>
public sealed record TraceOptions
{
    /// <summary>Name of the format (see <see cref="TraceFormats"/>); null recognises it by its content.</summary>
    public string? Format { get; init; }

    /// <summary>
    /// Spreads requests that share a time evenly over the three seconds they were collected in, or up to the next time if that is
    /// sooner: Mooncake's recorder stamped requests that way.
    /// </summary>
    public bool SpreadBuckets { get; init; }

    /// <summary>
    /// For coding-agent sessions, whose block hashes are gone: assume that a prompt not shorter than the one before it in its session
    /// begins with that one and its answer, and give both the prefix hashes that follow from it.
    /// </summary>
    public bool AssumeGrowingPrefixes { get; init; }

    /// <summary>For workload models (ServeGen): the dice. Every client draws from a stream of its own.</summary>
    public RandomTree Random { get; init; } = new(1);

    /// <summary>For workload models (ServeGen): every rate is multiplied by this, which is positive.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>For workload models (ServeGen): where the window begins, from the model's own start; it becomes time zero.</summary>
    public Duration WindowStart { get; init; } = Duration.Zero;

    /// <summary>For workload models (ServeGen): how long the window is; null goes on to the end of the model.</summary>
    public Duration? WindowLength { get; init; }
}

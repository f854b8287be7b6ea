using Plimsoll.Core;
using Plimsoll.LoadGen.Prompts;

namespace Plimsoll.LoadGen.Runs;

/// <summary>What a run sends, and for how long it waits.</summary>
public sealed record LoadPlan
{
    /// <summary>The requests, in order of arrival: an arrival is the intended start, counted from the start of the run.</summary>
    public required IReadOnlyList<InferenceRequest> Requests { get; init; }

    /// <summary>What is written into them.</summary>
    public required RequestWriter Writer { get; init; }

    /// <summary>Requests in flight when the loop is closed: each starts when one before it ends. Null for an open loop.</summary>
    public int? ClosedConcurrency { get; init; }

    /// <summary>Connections that are opened before the first request.</summary>
    public int WarmConnections { get; init; } = 16;

    /// <summary>A request that takes longer, from its intended start, has failed.</summary>
    public Duration Timeout { get; init; } = Duration.FromMilliseconds(600_000);

    /// <summary>How long the run waits for answers after its last request has started; what has not ended then is in flight.</summary>
    public Duration Drain { get; init; } = Duration.FromMilliseconds(300_000);
}

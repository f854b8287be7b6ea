using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>A barrier group as a balancing policy sees it between two steps. All current: the group has one clock.</summary>
public readonly ref struct GroupView
{
    /// <summary>Now.</summary>
    public Instant Now { get; init; }

    /// <summary>The workers, by number from 0; never empty.</summary>
    public ReadOnlySpan<WorkerView> Workers { get; init; }

    /// <summary>
    /// The requests on the workers, those of worker 0 first: <see cref="WorkerView.Requests"/> of them for each worker, in no
    /// particular order within one.
    /// </summary>
    public ReadOnlySpan<PlacedRequest> Placed { get; init; }

    /// <summary>The waiting requests that may be seen, in order of arrival.</summary>
    public ReadOnlySpan<WaitingRequest> Waiting { get; init; }
}

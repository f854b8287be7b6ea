namespace Plimsoll.Core;

/// <summary>The whole fleet in a few numbers, for admission.</summary>
/// <param name="Replicas">Replicas that may take requests.</param>
/// <param name="QueuedRequests">Requests held by the dispatcher itself.</param>
/// <param name="WaitingRequests">Requests in the replicas' own queues, as last reported, plus those sent since.</param>
/// <param name="InFlightRequests">Requests sent to replicas and not yet ended.</param>
/// <param name="InFlightTokens">Tokens of work sent or queued and not yet ended.</param>
public readonly record struct FleetView(
    int Replicas,
    int QueuedRequests,
    int WaitingRequests,
    int InFlightRequests,
    long InFlightTokens);

namespace Plimsoll.Metrics;

/// <summary>Every request, by how it ended. Submitted is the sum of the other five.</summary>
/// <param name="Submitted">Requests that arrived.</param>
/// <param name="Completed">Every output token was delivered.</param>
/// <param name="Rejected">Refused before they ran.</param>
/// <param name="Failed">Lost to a fault.</param>
/// <param name="Cancelled">The client hung up.</param>
/// <param name="InFlight">Not ended when the run did.</param>
public readonly record struct RequestCounts(long Submitted, long Completed, long Rejected, long Failed, long Cancelled, long InFlight);

namespace Plimsoll.Metrics.Reports;

/// <summary>How many requests were refused for one reason.</summary>
/// <param name="Reason">The reason in snake_case, as it stands in JSON.</param>
/// <param name="Requests">Requests.</param>
public readonly record struct ReasonCount(string Reason, long Requests);

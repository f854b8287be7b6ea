namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>A phase of traffic that changes, or one kind of traffic.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Share">Its share of the requests, from 0 to 1.</param>
/// <param name="Line">Its load line.</param>
public sealed record LoadLinePhase(string Name, double Share, LoadLineEstimate Line);

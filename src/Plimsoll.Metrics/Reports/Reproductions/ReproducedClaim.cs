namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>A statement, published or ours, that an experiment can confirm or refute.</summary>
/// <param name="Statement">What is claimed.</param>
/// <param name="Holds">Whether it held in these runs.</param>
/// <param name="Found">What was found, in a few words.</param>
public sealed record ReproducedClaim(string Statement, bool Holds, string Found);

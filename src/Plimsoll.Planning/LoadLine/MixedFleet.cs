namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// A fleet of several kinds of replicas. If each gets traffic in proportion to its line, all reach it together and the lines add up; if
/// each gets the same, the slowest sets the pace for all.
/// </summary>
/// <param name="Engines">The kinds, at least one replica among them.</param>
public sealed record MixedFleet(IReadOnlyList<EngineLine> Engines)
{
    /// <summary>Replicas in all.</summary>
    public long Replicas => Engines.Sum(engine => (long)engine.Count);

    /// <summary>The line with traffic in proportion to each replica's own, in requests per second: Σ count·μ.</summary>
    public double RequestsPerSecond => Engines.Sum(engine => engine.Count * engine.RequestsPerSecond);

    /// <summary>The line with the same traffic for each replica, in requests per second: Σ count · min μ.</summary>
    public double EvenlyRouted => Replicas * Engines.Where(engine => engine.Count > 0).Min(engine => engine.RequestsPerSecond);

    /// <summary>
    /// For each kind, how many more of it alone would carry a rate together with the fleet; 0 where the fleet suffices.
    /// </summary>
    /// <param name="requestsPerSecond">λ, above 0.</param>
    /// <param name="targetUtilization">ρ, above 0 and up to 1.</param>
    public IReadOnlyList<double> MoreOfEach(double requestsPerSecond, double targetUtilization)
    {
        double missing = (requestsPerSecond / targetUtilization) - RequestsPerSecond;
        return [.. Engines.Select(engine => missing <= 0 ? 0 : FleetSizing.Replicas(missing, engine.RequestsPerSecond, 1))];
    }
}

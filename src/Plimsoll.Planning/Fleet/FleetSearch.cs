namespace Plimsoll.Planning.Fleet;

/// <summary>
/// Looks for the cheapest fleet over all kinds of replicas, and for those up to four times its price that are better in something else.
/// Fleets are simulated in rounds, cheap ones first: in each round the next one of every kind whose price is within four times that of the
/// cheapest that keeps the promises, or of the cheapest to be tried while none does. A kind is given up only when everything left of it
/// costs more than that, so that the cheapest fleet is never lost.
/// </summary>
/// <param name="engines">A search for each kind of replica.</param>
public sealed class FleetSearch(IReadOnlyList<EngineSearch> engines)
{
    /// <summary>How many times the price of the cheapest fleet others may cost.</summary>
    public const double PriceRange = 4;

    /// <summary>A search for each kind of replica.</summary>
    public IReadOnlyList<EngineSearch> Engines => engines;

    /// <summary>Kinds of replicas that are decided.</summary>
    public int Ended => engines.Count(engine => engine.Next is null);

    /// <summary>The searches whose next fleet is to be simulated now, results to be told to each; empty when all has been said.</summary>
    public IReadOnlyList<EngineSearch> Round()
    {
        double cheapest = engines.Select(engine => engine.CheapestDollarsPerHour).DefaultIfEmpty(double.PositiveInfinity).Min();
        if (double.IsFinite(cheapest))
        {
            foreach (EngineSearch engine in engines)
            {
                engine.Limit(PriceRange * cheapest);
            }
        }

        double least = engines.Select(engine => engine.NextDollarsPerHour).DefaultIfEmpty(double.PositiveInfinity).Min();
        double reach = PriceRange * (double.IsFinite(cheapest) ? cheapest : least);
        return [.. engines.Where(engine => engine.Next is not null && engine.NextDollarsPerHour <= reach)];
    }
}

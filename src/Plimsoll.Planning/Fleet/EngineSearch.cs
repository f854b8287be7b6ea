using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Fleet;

/// <summary>
/// Looks for the least fleet of one kind of replica that keeps the promises: bounds first, then numbers of replicas to simulate, from the
/// closed form on (<see cref="ReplicaSearch"/>), and at last two larger fleets, a quarter and a half more, which cost more and answer
/// sooner.
/// </summary>
public sealed class EngineSearch
{
    /// <summary>Most replicas of a fleet that is simulated.</summary>
    public const int MostReplicas = 10_000;

    // How much larger than the closed form a fleet may get before the promises count as out of reach, and how large any may get for that.
    private const int MostTimes = 16;
    private const int AlwaysTried = 16;

    private static readonly double[] Spares = [1.25, 1.5];

    private readonly LatencyTargets _targets;
    private readonly ReplicaSearch? _search;
    private readonly SortedDictionary<int, SimulatedFleet> _tried = [];
    private double _mostDollarsPerHour = double.PositiveInfinity;

    /// <summary>A search.</summary>
    /// <param name="engine">The kind of replica.</param>
    /// <param name="traffic">The traffic.</param>
    /// <param name="targets">The promises.</param>
    /// <param name="headroom">Share of the load line that is to stay free, from 0 and below 1.</param>
    /// <param name="requestsPerRun">Requests at least in a run.</param>
    public EngineSearch(EngineOption engine, FleetTraffic traffic, LatencyTargets targets, double headroom, long requestsPerRun)
    {
        (Engine, _targets) = (engine, targets);
        Bounds = EngineBounds.Of(engine.Line, traffic, targets.Quantile, requestsPerRun);
        Estimate = FleetEstimate.Of(engine.Line, traffic.RequestsPerSecond, headroom, targets.LimitOf(LatencyKind.Tpot));
        Broken = Bounds.Broken(targets);
        if (Broken is null && Estimate.LeastReplicas <= MostReplicas)
        {
            int least = (int)Estimate.LeastReplicas;
            int most = (int)Math.Min(MostReplicas, Math.Max(AlwaysTried, (long)MostTimes * least));
            _search = new ReplicaSearch(least, (int)Math.Min(most, Estimate.ExpectedReplicas), most);
        }
    }

    /// <summary>The kind of replica.</summary>
    public EngineOption Engine { get; }

    /// <summary>What no number of replicas can beat.</summary>
    public EngineBounds Bounds { get; }

    /// <summary>What closed forms ask for.</summary>
    public FleetEstimate Estimate { get; }

    /// <summary>The promise that no number of replicas can keep; null when bounds leave hope.</summary>
    public LatencyKind? Broken { get; }

    /// <summary>Why nothing was simulated; null when something is.</summary>
    public string? Pruned => Broken is { } kind
        ? $"{LatencyTargets.NameOf(kind)} {_targets.Percentile} is at least {Units.Seconds(Bounds.Of(kind))} on an idle replica; "
            + $"the limit is {Units.Seconds(_targets.LimitOf(kind)!.Value)}"
        : _search is null ? string.Create(
            CultureInfo.InvariantCulture, $"needs {Estimate.LeastReplicas:#,0} replicas; at most {MostReplicas:#,0} are simulated")
        : null;

    /// <summary>How many replicas to simulate next; null when the search has ended.</summary>
    public int? Next => _search is null ? null : _search.Next ?? NextSpare();

    /// <summary>The least number of replicas that keeps the promises; null before it is known, or when there is none.</summary>
    public int? Found => _search?.Found;

    /// <summary>The least fleet that keeps the promises; null before it is known, or when there is none.</summary>
    public SimulatedFleet? Least => Found is { } replicas ? _tried[replicas] : null;

    /// <summary>Every fleet that was simulated, smallest first.</summary>
    public IReadOnlyCollection<SimulatedFleet> Tried => _tried.Values;

    /// <summary>Every simulated fleet that keeps the promises, smallest first.</summary>
    public IEnumerable<SimulatedFleet> Feasible => _tried.Values.Where(fleet => fleet.Keeps(_targets));

    /// <summary>Price of the fleet to simulate next in US dollars per hour; infinite when the search has ended.</summary>
    public double NextDollarsPerHour => Next * Engine.DollarsPerReplicaHour ?? double.PositiveInfinity;

    /// <summary>Whether every fleet that was left to try costs more than was allowed.</summary>
    public bool TooDear => _search is not null && Next is null && Found is null && double.IsFinite(_mostDollarsPerHour);

    /// <summary>The cheapest fleet so far that keeps the promises, in US dollars per hour; infinite when there is none yet.</summary>
    public double CheapestDollarsPerHour =>
        Feasible.Select(fleet => fleet.DollarsPerHour).DefaultIfEmpty(double.PositiveInfinity).Min();

    /// <summary>From now on looks at no fleet that costs more; never raises an earlier limit.</summary>
    public void Limit(double dollarsPerHour)
    {
        _mostDollarsPerHour = Math.Min(_mostDollarsPerHour, dollarsPerHour);
        _search?.Limit((int)Math.Min(MostReplicas, Math.Floor(_mostDollarsPerHour / Engine.DollarsPerReplicaHour)));
    }

    /// <summary>Takes the result of simulating <see cref="Next"/>.</summary>
    public void Tell(SimulatedFleet fleet)
    {
        _tried.Add(fleet.Replicas, fleet);
        if (_search?.Next is not null)
        {
            _search.Tell(fleet.Keeps(_targets));
        }
    }

    private int? NextSpare()
    {
        if (Found is not { } least)
        {
            return null;
        }

        foreach (double spare in Spares)
        {
            int replicas = (int)Math.Ceiling(spare * least);
            bool affordable = replicas <= MostReplicas && replicas * Engine.DollarsPerReplicaHour <= _mostDollarsPerHour;
            if (affordable && !_tried.ContainsKey(replicas))
            {
                return replicas;
            }
        }

        return null;
    }
}

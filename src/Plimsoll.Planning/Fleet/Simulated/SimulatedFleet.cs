using Plimsoll.Core;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>So many equal replicas, and what simulation says of them.</summary>
/// <param name="Engine">The kind of replica.</param>
/// <param name="Replicas">How many.</param>
/// <param name="RequestsPerSecond">λ that it was simulated at.</param>
/// <param name="Runs">The replications, at least two.</param>
public sealed record SimulatedFleet(EngineOption Engine, int Replicas, double RequestsPerSecond, IReadOnlyList<FleetRun> Runs)
{
    private const double SecondsPerHour = 3600;

    /// <summary>GPUs in all.</summary>
    public long Gpus => (long)Replicas * Engine.TensorParallel;

    /// <summary>Price in US dollars per hour.</summary>
    public double DollarsPerHour => Replicas * Engine.DollarsPerReplicaHour;

    /// <summary>Share of the load line in use: λ / (G·μ).</summary>
    public double Utilization => RequestsPerSecond / (Replicas * Engine.Line.RequestsPerSecond);

    /// <summary>Mean power in watts.</summary>
    public MeanEstimate Watts => Over(run => run.Watts);

    /// <summary>Energy of a request in joules: mean power over λ.</summary>
    public MeanEstimate JoulesPerRequest => Over(run => run.Watts, 1 / RequestsPerSecond);

    /// <summary>Requests per second that keep every limit: λ times their share.</summary>
    public MeanEstimate GoodputRequestsPerSecond => Over(run => run.GoodFraction, RequestsPerSecond);

    /// <summary>Requests that keep every limit, for each US dollar.</summary>
    public MeanEstimate GoodRequestsPerDollar => Over(run => run.GoodFraction, RequestsPerSecond * SecondsPerHour / DollarsPerHour);

    /// <summary>Requests that keep every limit, for each joule.</summary>
    public MeanEstimate GoodRequestsPerJoule => Over(run => run.GoodFraction / run.Watts, RequestsPerSecond);

    /// <summary>Whether every request was served in every run.</summary>
    public bool ServesAll => Runs.All(run => run.Unserved == 0);

    /// <summary>Hash of every run.</summary>
    public ulong Digest => Runs.Aggregate(0UL, (hash, run) => StableHash.Combine(hash, run.Digest));

    /// <summary>The promised percentile of a latency in seconds, with its 95 % interval over the runs.</summary>
    public MeanEstimate Latency(LatencyKind kind) => Over(run => run.Of(kind));

    /// <summary>
    /// Whether the promises are kept: everybody is served, and the upper end of every interval is within its limit. Without output tokens
    /// after the first there is no TPOT to break.
    /// </summary>
    public bool Keeps(LatencyTargets targets) => ServesAll && targets.All.All(limit => !(Excess(limit.Kind, limit.Seconds) > 1));

    /// <summary>How far above its limit the worst latency is: the upper end of its interval over the limit; up to 1 when all are
    /// kept.</summary>
    public double Excess(LatencyTargets targets) => ServesAll
        ? targets.All.Select(limit => Excess(limit.Kind, limit.Seconds)).Where(excess => !double.IsNaN(excess)).DefaultIfEmpty(0).Max()
        : double.PositiveInfinity;

    /// <summary>The latencies whose interval reaches above its limit.</summary>
    public IEnumerable<LatencyKind> Broken(LatencyTargets targets) =>
        targets.All.Where(limit => Excess(limit.Kind, limit.Seconds) > 1).Select(limit => limit.Kind);

    private double Excess(LatencyKind kind, double limitSeconds)
    {
        MeanEstimate estimate = Latency(kind);
        return (double.IsNaN(estimate.HalfWidth) ? estimate.Mean : estimate.High) / limitSeconds;
    }

    private MeanEstimate Over(Func<FleetRun, double> value, double factor = 1)
    {
        MeanEstimate estimate = MeanEstimate.Of([.. Runs.Select(value)]);
        return new MeanEstimate(factor * estimate.Mean, factor * estimate.HalfWidth, factor * estimate.StandardDeviation, estimate.Count);
    }
}

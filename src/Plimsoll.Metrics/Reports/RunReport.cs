using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Metrics.Reports;

/// <summary>
/// What one run means: an immutable value that every form of report is written from. <see cref="From"/> fills what the collector knows;
/// the host adds the rest.
/// </summary>
public sealed record RunReport
{
    /// <summary>What was run, in a few words.</summary>
    public string Title { get; init; } = "Simulation";

    /// <summary>Every request by how it ended.</summary>
    public required RequestCounts Requests { get; init; }

    /// <summary>Rates over the measured span.</summary>
    public required ThroughputSummary Throughput { get; init; }

    /// <summary>Time to first token.</summary>
    public required LatencySummary Ttft { get; init; }

    /// <summary>Time per output token after the first.</summary>
    public required LatencySummary Tpot { get; init; }

    /// <summary>Gaps between output tokens, if the host measured them.</summary>
    public LatencySummary? Itl { get; init; }

    /// <summary>End-to-end latency.</summary>
    public required LatencySummary E2e { get; init; }

    /// <summary>Time before the first scheduling.</summary>
    public required LatencySummary Queue { get; init; }

    /// <summary>Use of KV memory, if there is any to speak of.</summary>
    public KvSummary? Kv { get; init; }

    /// <summary>Fill of the batches, if the host saw them.</summary>
    public BatchSummary? Batch { get; init; }

    /// <summary>Losses at the barrier, for barrier groups.</summary>
    public BarrierSummary? Barrier { get; init; }

    /// <summary>Energy, if there is a power model.</summary>
    public EnergySummary? Energy { get; init; }

    /// <summary>How good the predicted lengths were, if any were predicted.</summary>
    public PredictionSummary? Prediction { get; init; }

    /// <summary>From the first arrival to the end of the run, in seconds.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>Fingerprint of everything that happened.</summary>
    public required ulong Digest { get; init; }

    /// <summary>Root seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether the run was cut short, so that the numbers cover its beginning only.</summary>
    public bool Partial { get; init; }

    /// <summary>The objectives that goodput refers to.</summary>
    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    /// <summary>Every setting of the run, in the order to show them; names are unique.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    /// <summary>Refused requests by reason, in the order of the reasons; only those that occurred.</summary>
    public IReadOnlyList<ReasonCount> RejectedReasons { get; init; } = [];

    /// <summary>Assumptions, numbers that nobody has verified, and whatever else a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Each replica, by index.</summary>
    public IReadOnlyList<ReplicaSummary> Replicas { get; init; } = [];

    /// <summary>The run over time, for plots and tables; not part of the JSON.</summary>
    public TimeSeries? Series { get; init; }

    /// <summary>What it cost to run.</summary>
    public WallSummary? Wall { get; init; }

    /// <summary>The report of what a collector saw.</summary>
    public static RunReport From(MetricsCollector metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return new RunReport
        {
            Requests = metrics.Counts,
            Throughput = ThroughputSummary.Of(metrics),
            Ttft = LatencySummary.Of(metrics.Ttft),
            Tpot = LatencySummary.Of(metrics.Tpot),
            E2e = LatencySummary.Of(metrics.E2e),
            Queue = LatencySummary.Of(metrics.Queue),
            DurationSeconds = metrics.Elapsed.Seconds,
            Digest = metrics.Digest,
            Objectives = metrics.Objectives,
            RejectedReasons = Reasons(metrics),
        };
    }

    private static ReasonCount[] Reasons(MetricsCollector metrics) =>
    [
        .. from reason in Enum.GetValues<RejectReason>()
           let requests = metrics.RejectedFor(reason)
           where requests > 0
           select new ReasonCount(JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()), requests),
    ];
}

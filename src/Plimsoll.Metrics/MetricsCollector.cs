using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>
/// Gathers what happened to every request of one run. The host calls <see cref="RecordArrival"/> when a request arrives,
/// <see cref="Record"/> once when it has ended, and <see cref="RecordEnd"/> when the run is over. Requests may be recorded in any order:
/// nothing here depends on it. One owner, no locks; shards of one run are joined with <see cref="Merge"/>.
/// </summary>
/// <remarks>
/// A warm-up is cut in two ways. Latencies and goodness are those of requests that arrived at or after its end; throughput counts
/// what finished at or after its end, over the time from then (or from the first arrival, if later) to the end of the run.
/// All other counts cover the whole run.
/// </remarks>
public sealed class MetricsCollector
{
    private readonly Instant _warmUpEnd;
    private readonly ServiceObjectives _objectives;
    private readonly long _ttftLimit;
    private readonly long _tpotLimit;
    private readonly long _e2eLimit;
    private readonly long[] _byOutcome = new long[(int)RequestOutcome.Cancelled + 1];
    private readonly long[] _byReason = new long[Enum.GetValues<RejectReason>().Length];
    private ReplicaTotals[] _replicas = [];
    private LittleLaw _littleLaw;
    private WindowTotals _window;
    private long _arrivals;
    private long _promptTokens;
    private long _cachedTokens;
    private long _outputTokens;
    private long _preemptions;
    private long _good;
    private ulong _digest;
    private Instant _firstArrival = Instant.Never;
    private Instant _lastFinish = Instant.Zero;
    private Instant? _end;

    /// <summary>A collector without warm-up and without objectives.</summary>
    public MetricsCollector()
        : this(Instant.Zero, ServiceObjectives.None)
    {
    }

    /// <summary>A collector for a run whose first part, until <paramref name="warmUpEnd"/>, is not representative.</summary>
    public MetricsCollector(Instant warmUpEnd, ServiceObjectives objectives)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        _warmUpEnd = warmUpEnd;
        _objectives = objectives;
        _ttftLimit = objectives.Ttft?.Nanoseconds ?? long.MaxValue;
        _tpotLimit = objectives.Tpot?.Nanoseconds ?? long.MaxValue;
        _e2eLimit = objectives.E2e?.Nanoseconds ?? long.MaxValue;
    }

    /// <summary>Times to first token of completed requests.</summary>
    public LatencySketch Ttft { get; } = new();

    /// <summary>Times per output token after the first, one value for each completed request of two tokens or more.</summary>
    public LatencySketch Tpot { get; } = new();

    /// <summary>End-to-end latencies of completed requests.</summary>
    public LatencySketch E2e { get; } = new();

    /// <summary>Times from arrival to first scheduling of completed requests.</summary>
    public LatencySketch Queue { get; } = new();

    /// <summary>What a good request keeps.</summary>
    public ServiceObjectives Objectives => _objectives;

    /// <summary>Every request by how it ended; those that arrived and have not ended are in flight.</summary>
    public RequestCounts Counts
    {
        get
        {
            long ended = _byOutcome.Sum();
            return new RequestCounts(
                _arrivals,
                _byOutcome[(int)RequestOutcome.Completed],
                _byOutcome[(int)RequestOutcome.Rejected],
                _byOutcome[(int)RequestOutcome.Failed],
                _byOutcome[(int)RequestOutcome.Cancelled],
                _arrivals - ended);
        }
    }

    /// <summary>Running totals, for rates over time.</summary>
    public FlowTotals Totals => new(_arrivals, _byOutcome[(int)RequestOutcome.Completed], _outputTokens);

    /// <summary>Prompt tokens of completed requests.</summary>
    public long PromptTokens => _promptTokens;

    /// <summary>Those of them that were found in a prefix cache.</summary>
    public long CachedPromptTokens => _cachedTokens;

    /// <summary>Output tokens delivered, to completed requests and to those that ended otherwise.</summary>
    public long OutputTokens => _outputTokens;

    /// <summary>Times any request lost its memory and started over.</summary>
    public long Preemptions => _preemptions;

    /// <summary>Completed requests, arrived after the warm-up, that kept every objective.</summary>
    public long GoodRequests => _good;

    /// <summary>Fingerprint of everything recorded; see <see cref="TimelineDigest"/>.</summary>
    public ulong Digest => _digest;

    /// <summary>When the first request arrived; <see cref="Instant.Never"/> before it has.</summary>
    public Instant FirstArrival => _firstArrival;

    /// <summary>When the run ended: as recorded, or else the last end of a request.</summary>
    public Instant End => _end ?? _lastFinish;

    /// <summary>From the first arrival to the end.</summary>
    public Duration Elapsed => _arrivals == 0 ? Duration.Zero : End - _firstArrival;

    /// <summary>The span that throughput is measured over.</summary>
    public Duration Window
    {
        get
        {
            Instant start = _firstArrival > _warmUpEnd ? _firstArrival : _warmUpEnd;
            return _arrivals == 0 || start >= End ? Duration.Zero : End - start;
        }
    }

    /// <summary>What finished in that span.</summary>
    public WindowTotals InWindow => _window;

    /// <summary>Time-average number of requests in the system from the first arrival to the end; zero for a run of no length.</summary>
    public double MeanInSystem => Elapsed == Duration.Zero ? 0 : (double)_littleLaw.AreaAt(End) / Elapsed.Nanoseconds;

    /// <summary>Requests completed and tokens served, by replica index, up to the last replica that completed a request.</summary>
    public ReadOnlySpan<ReplicaTotals> Replicas => _replicas;

    /// <summary>Requests refused for <paramref name="reason"/>.</summary>
    public long RejectedFor(RejectReason reason) => _byReason[(int)reason];

    /// <summary>A request arrived at <paramref name="now"/>, which is the arrival its timeline will carry.</summary>
    public void RecordArrival(Instant now)
    {
        _arrivals++;
        _littleLaw.Enter(now);
        if (now < _firstArrival)
        {
            _firstArrival = now;
        }
    }

    /// <summary>A request has ended. Called once for each; after its arrival was recorded.</summary>
    /// <exception cref="InvariantBrokenException">The timeline contradicts itself.</exception>
    public void Record(in RequestTimeline timeline)
    {
        Invariant.Holds(
            timeline.Outcome != RequestOutcome.InFlight && timeline.Arrival <= timeline.Finished && timeline.Finished < Instant.Never,
            "a timeline is recorded when its request has ended, not before it arrived");
        _byOutcome[(int)timeline.Outcome]++;
        _outputTokens += timeline.OutputTokens;
        _preemptions += timeline.Preemptions;
        unchecked
        {
            _digest += TimelineDigest.Of(in timeline);
        }

        _littleLaw.Leave(timeline.Arrival, timeline.Finished);
        if (timeline.Finished > _lastFinish)
        {
            _lastFinish = timeline.Finished;
        }

        if (timeline.Outcome == RequestOutcome.Completed)
        {
            RecordCompleted(in timeline);
        }
        else if (timeline.Outcome == RequestOutcome.Rejected)
        {
            _byReason[(int)timeline.RejectReason]++;
        }
    }

    /// <summary>
    /// The run is over, at <paramref name="now"/>. If no request is in flight, checks Little's law over the whole run, exactly.
    /// </summary>
    /// <exception cref="InvariantBrokenException"> Time in the system does not add up, or more requests ended than arrived, or one ended
    /// later than now.
    /// </exception>
    public void RecordEnd(Instant now)
    {
        Invariant.Holds(now >= _lastFinish, "nothing ends after the end of the run");
        Invariant.Holds(_littleLaw.InSystem >= 0, "no more requests end than arrived");
        _littleLaw.Verify();
        _end = now;
    }

    /// <summary>
    /// Adds what another collector saw of the same run; the result is that of one collector that saw everything. To summarise
    /// independent replications take a <see cref="Statistics.MeanEstimate"/> over their reports instead.
    /// </summary>
    /// <exception cref="ArgumentException">The two differ in warm-up or objectives.</exception>
    public void Merge(MetricsCollector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_warmUpEnd != other._warmUpEnd || _objectives != other._objectives)
        {
            throw new ArgumentException("Only collectors with the same warm-up and objectives can be merged.", nameof(other));
        }

        Ttft.Merge(other.Ttft);
        Tpot.Merge(other.Tpot);
        E2e.Merge(other.E2e);
        Queue.Merge(other.Queue);
        AddTo(_byOutcome, other._byOutcome);
        AddTo(_byReason, other._byReason);
        MergeReplicas(other._replicas);
        MergeTotals(other);
    }

    private void RecordCompleted(in RequestTimeline timeline)
    {
        Invariant.Holds(
            timeline.Arrival <= timeline.Scheduled && timeline.Scheduled <= timeline.FirstToken
                && timeline.FirstToken <= timeline.Finished && timeline.OutputTokens > 0,
            "a completed request was scheduled, then gave its first token, then ended");
        _promptTokens += timeline.PromptTokens;
        _cachedTokens += timeline.CachedTokens;
        if (timeline.Replica >= 0)
        {
            RecordReplica(in timeline);
        }

        bool good = false;
        if (timeline.Arrival >= _warmUpEnd)
        {
            good = RecordLatencies(in timeline);
            _good += good ? 1 : 0;
        }

        if (timeline.Finished >= _warmUpEnd)
        {
            _window += new WindowTotals(1, good ? 1 : 0, timeline.PromptTokens, timeline.OutputTokens);
        }
    }

    private bool RecordLatencies(in RequestTimeline timeline)
    {
        Duration ttft = TimelineMetrics.Ttft(in timeline);
        Duration e2e = TimelineMetrics.E2e(in timeline);
        Ttft.Add(ttft);
        E2e.Add(e2e);
        Queue.Add(TimelineMetrics.Queue(in timeline));
        bool good = ttft.Nanoseconds <= _ttftLimit && e2e.Nanoseconds <= _e2eLimit;
        if (TimelineMetrics.HasTpot(in timeline))
        {
            Duration tpot = TimelineMetrics.Tpot(in timeline);
            Tpot.Add(tpot);
            good &= tpot.Nanoseconds <= _tpotLimit;
        }

        return good;
    }

    private void RecordReplica(in RequestTimeline timeline)
    {
        if (timeline.Replica >= _replicas.Length)
        {
            Array.Resize(ref _replicas, timeline.Replica + 1);
        }

        _replicas[timeline.Replica] += new ReplicaTotals(1, timeline.PromptTokens, timeline.OutputTokens);
    }

    private void MergeReplicas(ReplicaTotals[] others)
    {
        if (others.Length > _replicas.Length)
        {
            Array.Resize(ref _replicas, others.Length);
        }

        for (int i = 0; i < others.Length; i++)
        {
            _replicas[i] += others[i];
        }
    }

    private void MergeTotals(MetricsCollector other)
    {
        _littleLaw.Merge(other._littleLaw);
        _window += other._window;
        _arrivals += other._arrivals;
        _promptTokens += other._promptTokens;
        _cachedTokens += other._cachedTokens;
        _outputTokens += other._outputTokens;
        _preemptions += other._preemptions;
        _good += other._good;
        _digest = unchecked(_digest + other._digest);
        _firstArrival = other._firstArrival < _firstArrival ? other._firstArrival : _firstArrival;
        _lastFinish = other._lastFinish > _lastFinish ? other._lastFinish : _lastFinish;
        if (other._end is { } end && (_end is not { } own || end > own))
        {
            _end = end;
        }
    }

    private static void AddTo(long[] sums, long[] others)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += others[i];
        }
    }
}

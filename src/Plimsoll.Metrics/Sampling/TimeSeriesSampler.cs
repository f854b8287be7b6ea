using Plimsoll.Core;

namespace Plimsoll.Metrics.Sampling;

/// <summary>
/// Samples the fleet on an even grid in bounded memory. When the samples are full, every second one is dropped and the interval doubles,
/// so a run of any length ends with between half the capacity and the whole of it. The values are those at the grid instants, not means
/// between them. The host asks <see cref="Due"/> before it applies an event, while the state is still the one that held until then.
/// </summary>
public sealed class TimeSeriesSampler
{
    private readonly Instant _start;
    private readonly FleetSample[] _fleet;
    private readonly List<ReplicaSample[]> _lanes = [];
    private readonly int _maxLanes;
    private long _interval;
    private long _next;
    private int _count;
    private int _replicas;

    /// <summary>A sampler whose first sample is due at <paramref name="start"/>.</summary>
    /// <param name="start">Start of the grid.</param>
    /// <param name="interval">First interval, above zero.</param>
    /// <param name="capacity">Most samples kept; even, at least 2.</param>
    /// <param name="maxLanes">Replicas, by index, that are also kept one by one; 12 bytes a sample each.</param>
    public TimeSeriesSampler(Instant start, Duration interval, int capacity = 2048, int maxLanes = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interval.Nanoseconds, nameof(interval));
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity % 2, 0, nameof(capacity));
        ArgumentOutOfRangeException.ThrowIfNegative(maxLanes);
        _start = start;
        _interval = interval.Nanoseconds;
        _next = start.Nanoseconds;
        _fleet = new FleetSample[capacity];
        _maxLanes = maxLanes;
    }

    /// <summary>Time between two samples, as it stands.</summary>
    public Duration Interval => new(_interval);

    /// <summary>Samples kept.</summary>
    public int Count => _count;

    /// <summary>Whether a grid instant has been reached that has no sample yet.</summary>
    public bool Due(Instant now) => now.Nanoseconds >= _next;

    /// <summary>
    /// Fills every grid instant up to <paramref name="now"/> with the state that has held since the last call. Does nothing when none
    /// is <see cref="Due"/>.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="replicas">The replicas as they are, each with its own index; those that are down may be missing.</param>
    /// <param name="gatewayQueued">Requests held by the gateway.</param>
    /// <param name="totals">What has flowed by.</param>
    public void Sample(Instant now, ReadOnlySpan<ReplicaReport> replicas, int gatewayQueued, in FlowTotals totals)
    {
        if (!Due(now))
        {
            return;
        }

        while ((now - _start).Nanoseconds / _interval >= _fleet.Length)
        {
            KeepEverySecond();
        }

        FleetSample fleet = Sum(replicas, gatewayQueued, in totals);
        for (; Due(now); _next += _interval)
        {
            _fleet[_count] = fleet with { At = new Instant(_next) };
            FillLanes(replicas);
            _count++;
        }
    }

    /// <summary>What was sampled so far, as a value of its own.</summary>
    public TimeSeries ToTimeSeries() =>
        new(Interval, _fleet[.._count], _lanes.ConvertAll(IReadOnlyList<ReplicaSample> (lane) => lane[.._count]), _replicas);

    private static FleetSample Sum(ReadOnlySpan<ReplicaReport> replicas, int gatewayQueued, in FlowTotals totals)
    {
        int running = 0;
        int waiting = 0;
        long used = 0;
        long total = 0;
        foreach (ref readonly ReplicaReport replica in replicas)
        {
            running += replica.RunningRequests;
            waiting += replica.WaitingRequests;
            used += replica.KvBlocksTotal > 0 ? replica.KvBlocksUsed : 0;
            total += replica.KvBlocksTotal;
        }

        return new FleetSample(default, running, waiting, gatewayQueued, total > 0 ? (double)used / total : double.NaN, totals);
    }

    private void FillLanes(ReadOnlySpan<ReplicaReport> replicas)
    {
        _replicas = Math.Max(_replicas, replicas.Length);
        foreach (ReplicaSample[] lane in _lanes)
        {
            lane[_count] = ReplicaSample.Unknown;
        }

        foreach (ref readonly ReplicaReport replica in replicas)
        {
            int index = replica.Replica.Value;
            if (index < _maxLanes)
            {
                AddLanesUpTo(index);
                float kvFraction = replica.KvBlocksTotal > 0 ? (float)replica.KvBlocksUsed / replica.KvBlocksTotal : float.NaN;
                _lanes[index][_count] = new ReplicaSample(replica.RunningRequests, replica.WaitingRequests, kvFraction);
            }
        }
    }

    private void AddLanesUpTo(int index)
    {
        while (_lanes.Count <= index)
        {
            ReplicaSample[] lane = new ReplicaSample[_fleet.Length];
            Array.Fill(lane, ReplicaSample.Unknown);
            _lanes.Add(lane);
        }
    }

    private void KeepEverySecond()
    {
        for (int i = 0; 2 * i < _count; i++)
        {
            _fleet[i] = _fleet[2 * i];
            foreach (ReplicaSample[] lane in _lanes)
            {
                lane[i] = lane[2 * i];
            }
        }

        _count = (_count + 1) / 2;
        _interval = checked(_interval * 2);
        _next = _start.Nanoseconds + (_count * _interval);
    }
}

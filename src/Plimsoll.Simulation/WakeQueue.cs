using Plimsoll.Core;

namespace Plimsoll.Simulation;

/// <summary>
/// Which replica wakes next: a tournament over one instant a replica, ties to the lower index. Setting an instant replays the
/// matches on one path, so it costs the logarithm of the fleet.
/// </summary>
internal sealed class WakeQueue
{
    private readonly int _leaves;
    private readonly long[] _times;
    private readonly int[] _winners;

    /// <summary>A queue for so many replicas, all asleep.</summary>
    public WakeQueue(int replicas)
    {
        _leaves = 1;
        while (_leaves < replicas)
        {
            _leaves *= 2;
        }

        _times = new long[_leaves];
        Array.Fill(_times, long.MaxValue);
        _winners = new int[2 * _leaves];
        for (int i = 0; i < _leaves; i++)
        {
            _winners[_leaves + i] = i;
        }

        for (int node = _leaves - 1; node > 0; node--)
        {
            _winners[node] = _winners[2 * node];
        }
    }

    /// <summary>Replica that wakes first.</summary>
    public int First => _winners[1];

    /// <summary>When it wakes.</summary>
    public Instant FirstTime => new(_times[_winners[1]]);

    /// <summary>Replica <paramref name="index"/> wakes at <paramref name="time"/>.</summary>
    public void Set(int index, Instant time)
    {
        if (_times[index] == time.Nanoseconds)
        {
            return;
        }

        _times[index] = time.Nanoseconds;
        for (int node = (_leaves + index) >> 1; node > 0; node >>= 1)
        {
            // Without a branch: who wins is a coin toss that no predictor learns.
            int left = _winners[2 * node];
            int right = _winners[(2 * node) + 1];
            int rightIsEarlier = (int)((_times[right] - _times[left]) >> 63);
            _winners[node] = left ^ ((left ^ right) & rightIsEarlier);
        }
    }
}

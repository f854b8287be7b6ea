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
        int winner = index;
        long earliest = time.Nanoseconds;
        for (int node = _leaves + index; node > 1; node >>= 1)
        {
            // The opponents do not depend on who has won so far, so all of them can be fetched at once; and no branch, because who wins is
            // a coin toss that no predictor learns. An opponent on the left wins ties: one nanosecond of advantage.
            int opponent = _winners[node ^ 1];
            long opponentTime = _times[opponent];
            long opponentWins = (opponentTime - (node & 1) - earliest) >> 63;
            winner ^= (winner ^ opponent) & (int)opponentWins;
            earliest ^= (earliest ^ opponentTime) & opponentWins;
            _winners[node >> 1] = winner;
        }
    }
}

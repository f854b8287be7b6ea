using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// No request ends, and under these rules none ever may: a replica evicts over and over, or a barrier group stays empty while requests
/// wait.
/// </summary>
public sealed class NoProgressException : Exception
{
    /// <summary>Says which replica, when, and how many evictions went by since the last request ended.</summary>
    public NoProgressException(ReplicaId replica, Instant now, int requests, long evictions)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"livelock: replica {replica} evicted {evictions:N0} times since a request last ended, with {requests:N0} inside, at {now.Seconds:0.###} s"))
    {
    }

    /// <summary>Says which balancing policy leaves how many requests waiting in an empty group, and when.</summary>
    public NoProgressException(string policy, Instant now, int waiting)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"{policy} leaves {waiting:N0} requests waiting in an empty barrier group, and nobody else will come, at {now.Seconds:0.###} s"))
    {
    }
}

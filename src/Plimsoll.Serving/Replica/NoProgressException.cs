using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>A replica evicts over and over and no request ends: under these rules and with this memory none ever may.</summary>
public sealed class NoProgressException : Exception
{
    /// <summary>Says which replica, when, and how many evictions went by since the last request ended.</summary>
    public NoProgressException(ReplicaId replica, Instant now, int requests, long evictions)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"livelock: replica {replica} evicted {evictions:N0} times since a request last ended, with {requests:N0} inside, at {now.Seconds:0.###} s"))
    {
    }
}

using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// What a dispatcher sends requests to: one engine, or a group of engines that run their steps together. One owner calls it:
/// <see cref="Submit"/> when a request arrives, <see cref="Wake"/> when <see cref="NextWake"/> comes, and then reads <see cref="Ended"/>.
/// Calls must not go back in time, and arrivals come before the wake at the same instant.
/// </summary>
public interface IReplica
{
    /// <summary>
    /// A time before which nothing ends unless more arrives; <see cref="Instant.Never"/> while it is empty. Any call may move it.
    /// </summary>
    Instant NextWake { get; }

    /// <summary>Requests inside, waiting or running.</summary>
    int Requests { get; }

    /// <summary>
    /// Through when a report says as many waiting and as many running as one taken now, unless <see cref="Submit"/> or
    /// <see cref="Wake"/> comes in between.
    /// </summary>
    Instant CountsHoldThrough { get; }

    /// <summary>Requests that ended since <see cref="ClearEnded"/>, in the order in which they ended.</summary>
    ReadOnlySpan<EndedRequest> Ended { get; }

    /// <summary>Forgets the ended requests, which the owner has read.</summary>
    void ClearEnded();

    /// <summary>
    /// Takes a request, or says why it never could be served. <paramref name="chargedTokens"/> comes back with its end.
    /// </summary>
    RejectReason Submit(in InferenceRequest request, in LengthPrediction prediction, int chargedTokens, Instant now);

    /// <summary>Does what is due at <paramref name="now"/>; nothing before <see cref="NextWake"/>.</summary>
    void Wake(Instant now);

    /// <summary>What it says about itself at <paramref name="now"/>, which must not be after <see cref="NextWake"/>.</summary>
    ReplicaReport Report(Instant now);

    /// <summary>Recounts the books.</summary>
    /// <exception cref="InvariantBrokenException">They do not balance.</exception>
    void CheckAtEnd();
}

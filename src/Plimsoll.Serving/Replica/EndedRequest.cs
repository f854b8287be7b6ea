using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>The message a replica sends upstream when a request ends.</summary>
public struct EndedRequest
{
    /// <summary>What happened to it.</summary>
    public RequestTimeline Timeline;

    /// <summary>Tokens the dispatcher charged the replica with when it sent the request there.</summary>
    public int ChargedTokens;

    /// <summary>What was believed of its length, if the rules asked.</summary>
    public LengthPrediction Prediction;

    /// <summary>The details it came with.</summary>
    public RequestDetails? Details;
}

namespace Plimsoll.Serving.Replica;

/// <summary>Where a sequence stands.</summary>
internal enum SequencePhase : byte
{
    Free,
    Waiting,
    Prefilling,
    Decoding,
}

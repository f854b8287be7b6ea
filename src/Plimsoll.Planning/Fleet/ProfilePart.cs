namespace Plimsoll.Planning.Fleet;

/// <summary>A part of the time, with its traffic and the replicas that carry it.</summary>
/// <param name="StartSeconds">Where it begins, from the first arrival.</param>
/// <param name="Seconds">How long it is; the last one ends with the trace.</param>
/// <param name="Requests">Requests that arrive in it.</param>
/// <param name="RequestsPerSecond">Their rate.</param>
/// <param name="Replicas">Replicas that carry it with head-room, at least one.</param>
public sealed record ProfilePart(double StartSeconds, double Seconds, long Requests, double RequestsPerSecond, int Replicas);

namespace Plimsoll.Planning.LoadLine;

/// <summary>Replicas of one kind in a fleet of several kinds.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Count">How many there are, from 0.</param>
/// <param name="RequestsPerSecond">The load line of one.</param>
public sealed record EngineLine(string Name, int Count, double RequestsPerSecond);

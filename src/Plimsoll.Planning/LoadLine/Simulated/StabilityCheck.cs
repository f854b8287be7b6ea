namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>Whether the queue grows at a rate, by the drift test in every replication.</summary>
/// <param name="RequestsPerSecond">The rate.</param>
/// <param name="Growing">Replications in which it grew.</param>
/// <param name="Replications">Of so many.</param>
public sealed record StabilityCheck(double RequestsPerSecond, int Growing, int Replications);

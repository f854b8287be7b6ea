namespace Plimsoll.Policies.Balancing;

/// <summary>A waiting request joins a worker.</summary>
/// <param name="Waiting">Index into <see cref="GroupView.Waiting"/>.</param>
/// <param name="Worker">Index into <see cref="GroupView.Workers"/>.</param>
public readonly record struct Placement(int Waiting, int Worker);

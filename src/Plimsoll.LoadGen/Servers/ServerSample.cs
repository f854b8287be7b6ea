using Plimsoll.Wire;

namespace Plimsoll.LoadGen.Servers;

/// <summary>What the server said of its load at one moment.</summary>
/// <param name="Seconds">Since the observation began.</param>
/// <param name="Load">What it said.</param>
public readonly record struct ServerSample(double Seconds, EngineLoad Load);

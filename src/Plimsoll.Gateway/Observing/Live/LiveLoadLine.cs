namespace Plimsoll.Gateway.Observing.Live;

/// <summary>The load line of a pool on live statistics.</summary>
/// <param name="RequestsPerSecond">The line of all its replicas together: above it every policy is unstable.</param>
/// <param name="StableBelow">Below this every work-conserving policy is stable, in requests per second.</param>
/// <param name="Binding">What runs out first: memory, compute or sequences.</param>
/// <param name="StepSeconds">Mean time of a step at the line.</param>
/// <param name="KvTokens">KV memory of one replica in tokens; infinite where it is not limited.</param>
/// <param name="Basis">Where step time and memory come from, in a sentence.</param>
public sealed record LiveLoadLine(
    double RequestsPerSecond, double StableBelow, string Binding, double StepSeconds, double KvTokens, string Basis);

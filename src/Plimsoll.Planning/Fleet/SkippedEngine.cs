namespace Plimsoll.Planning.Fleet;

/// <summary>A kind of replica that cannot serve the traffic at all.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Reason">Why not.</param>
public sealed record SkippedEngine(string Name, string Reason);

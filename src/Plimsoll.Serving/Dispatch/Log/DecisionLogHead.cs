namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>What a file of the decision log says of itself, before the state that its decisions go on from.</summary>
/// <param name="Pool">The models that the replicas serve, separated by commas.</param>
/// <param name="Run">Names the process that wrote it: the calendar time at which it started.</param>
/// <param name="Part">Which file of this pool and run it is, from 1.</param>
/// <param name="After">Events of this pool and run before its first one.</param>
/// <param name="Lost">How many of those are in no file, because the disk was too slow.</param>
public sealed record DecisionLogHead(string Pool, string Run, int Part, long After, long Lost);

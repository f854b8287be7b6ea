namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>One input of the dispatcher and what it decided.</summary>
/// <param name="Number">Counted from 1 for a pool and a run.</param>
/// <param name="Input">What it was told.</param>
/// <param name="Effects">What it wanted done; of their requests only the numbers are kept in a log.</param>
public sealed record DecisionEvent(long Number, DispatchInput Input, DispatchEffect[] Effects);

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>Where a replay decided otherwise than the log says.</summary>
/// <param name="Input">What the dispatcher was told, as the log writes it.</param>
/// <param name="Expected">What the log says it decided.</param>
/// <param name="Got">What it decides.</param>
public sealed record DecisionDifference(string Input, string Expected, string Got);

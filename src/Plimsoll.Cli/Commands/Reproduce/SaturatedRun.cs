namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What a saturated fleet did.</summary>
/// <param name="RequestsPerSecond">Requests served per second.</param>
/// <param name="StepSeconds">Mean time of a step.</param>
internal readonly record struct SaturatedRun(double RequestsPerSecond, double StepSeconds);

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What the command line says beside the scenario.</summary>
/// <param name="DataFolder">Where recorded lengths are, whether or not there is such a folder.</param>
/// <param name="Seeds">How often to run it; null for the scenario's.</param>
/// <param name="Jobs">Jobs of the instances that a solver solves; null for the scenario's.</param>
internal sealed record ExperimentInputs(string DataFolder, int? Seeds, int? Jobs);

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What the list of experiments says about one.</summary>
/// <param name="Name">Its name, and that of its scenario.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Source">Whose experiment it is.</param>
/// <param name="Published">What was printed of it.</param>
/// <param name="Read">Takes its settings from the scenario; what is wrong with them is reported there.</param>
internal sealed record ExperimentEntry(
    string Name, string Title, string Source, string Published, Func<ScenarioFields, ExperimentInputs, IExperiment> Read);

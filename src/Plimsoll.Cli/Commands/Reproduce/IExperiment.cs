namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>An experiment with its settings, ready to run.</summary>
internal interface IExperiment
{
    /// <summary>Runs it.</summary>
    ExperimentFindings Run(ExperimentConditions conditions);
}

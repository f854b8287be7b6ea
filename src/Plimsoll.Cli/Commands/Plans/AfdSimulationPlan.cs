using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>How to check closed forms by simulation.</summary>
/// <param name="Steps">Decode steps of a run.</param>
/// <param name="Start">In which state slots begin.</param>
/// <param name="Replications">Runs of each ratio.</param>
/// <param name="Threads">Runs at a time.</param>
internal sealed record AfdSimulationPlan(int Steps, AfdStart Start, int Replications, int Threads);

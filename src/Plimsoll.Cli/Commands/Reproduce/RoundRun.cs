using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation.Schedules;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What became of a list of jobs under one policy in unit rounds.</summary>
/// <param name="TotalLatency">Σ (finish − arrival) in rounds; not a number in a livelock.</param>
/// <param name="Jobs">How many jobs there were.</param>
internal readonly record struct RoundRun(double TotalLatency, int Jobs)
{
    private const double SecondsForProgram = 600;

    public double MeanLatency => TotalLatency / Jobs;

    public bool IsLivelock => double.IsNaN(TotalLatency);

    /// <summary>Schedules the jobs; null if it was interrupted.</summary>
    /// <param name="jobs">In order of arrival, ids from 0.</param>
    /// <param name="kvTokens">KV tokens of the replica.</param>
    /// <param name="policy">Whose rules.</param>
    /// <param name="prediction">What is believed of output lengths.</param>
    /// <param name="random">Dice of policy and predictor.</param>
    /// <param name="progress">Who watches.</param>
    public static RoundRun? Of(
        IReadOnlyList<InferenceRequest> jobs,
        long kvTokens,
        PolicyChoice<IBatchingPolicy> policy,
        PredictionSpec prediction,
        RandomTree random,
        RunProgress progress)
    {
        EngineOverrides overrides = RoundSchedule.Overrides() with { Relaxation = new LinearRelaxation(SecondsForProgram) };
        try
        {
            ScheduleOutcome? outcome = RoundSchedule.Execute(
                jobs, kvTokens, policy.Create().Plan(overrides), prediction, random, progress.Watch(() => false, null));
            return outcome is null ? null : new RoundRun(outcome.TotalLatency, jobs.Count);
        }
        catch (NoProgressException)
        {
            return new RoundRun(double.NaN, jobs.Count);
        }
    }
}

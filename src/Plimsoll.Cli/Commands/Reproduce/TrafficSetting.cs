using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Performance.Power;
using Plimsoll.Performance.Sizing;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Recorded traffic on a barrier group of engines.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Recorded">The requests; none where the data is not there.</param>
/// <param name="Hardware">The model on the GPUs of one worker; null where it is unknown.</param>
/// <param name="Workers">Workers of the group.</param>
/// <param name="Speedup">How many times faster than recorded requests arrive.</param>
/// <param name="Requests">Requests of a run: each seed takes another stretch of the trace.</param>
/// <param name="TokenBudget">Most tokens in a worker's step; null for the engine's own.</param>
internal sealed record TrafficSetting(
    string Name, RecordedRequests Recorded, Hardware? Hardware, int Workers, double Speedup, int Requests, int? TokenBudget)
{
    // A budget of tokens must hold one for each sequence.
    private const int MostSequences = 256;

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    /// <summary>Takes a setting from its fields.</summary>
    public static TrafficSetting Read(ScenarioFields fields, ExperimentInputs inputs) => new(
        fields.Text("name"),
        RecordedRequests.Read(fields, "trace", inputs),
        fields.Hardware(fields.Whole("tensor_parallel", 1, 1024)),
        fields.Whole("workers", 1, 1_000),
        fields.Number("speedup", 1e-6, 1e6),
        fields.Whole("requests", 1, 100_000_000),
        fields.Has("token_budget") ? fields.Whole("token_budget", 1, 1_000_000) : null);

    /// <summary>Serves a stretch of the trace; null if it was interrupted.</summary>
    public TrafficRun? Run(PolicyChoice<IBalancingPolicy> balancing, RandomTree random, RunProgress progress)
    {
        PolicyChoice<IBatchingPolicy> batching = PolicyCatalog.Batching.Default;
        BatchingRules rules = batching.Create().Plan(new EngineOverrides
        {
            LargeDevice = Hardware!.IsLargeDevice,
            TokenBudget = TokenBudget,
            MaxSequences = TokenBudget is { } tokens ? Math.Min(tokens, MostSequences) : null,
        });
        const int BlockTokens = 16;
        KvBudget budget = Hardware.Budget(rules, BlockTokens);
        if (!budget.IsFeasible)
        {
            throw new InfeasibleException($"{Hardware.Model.Id} cannot run on {Hardware.Gpu.Id}: {budget.InfeasibleReason}");
        }

        var scenario = new FleetScenario
        {
            Replicas = 1,
            Replica = new ReplicaConfiguration(rules, budget.Blocks, BlockTokens, Hardware.StepTime(rules)),
            Lockstep = new LockstepConfiguration(Workers, balancing) { PoolRequests = SlotGroupConfiguration.PublishedPool(Workers) },
            Power = new GpuPowerModel(Hardware.Gpu),
            AcceleratorsPerReplica = Hardware.TensorParallel,
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
            Prediction = balancing.Entry.Signals.HasFlag(Signals.PredictedLength) ? Exact : null,
        };
        var source = new Scaled(Recorded.Stretch(Requests, random), Speedup);
        SimulationOutcome outcome = SimulationRun.Execute(scenario, source, random, progress.Watch(() => false, null));
        return outcome.Partial ? null : new TrafficRun(
            outcome.Groups[0].Barrier.UntilLastAssignment,
            outcome.Groups[0].Barrier.Whole,
            outcome.Metrics.Tpot.MeanSeconds,
            outcome.Metrics.E2e.MeanSeconds);
    }
}

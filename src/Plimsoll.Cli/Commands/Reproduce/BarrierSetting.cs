using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Performance.Power;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>
/// A barrier group of slots as it was published (scheduling theory, section 3.1): a backlog, four visible requests a worker, one decision
/// before each step, the published step time and law of power.
/// </summary>
/// <param name="Name">What to call it.</param>
/// <param name="Lengths">Prompts and outputs.</param>
/// <param name="Workers">Workers of the group.</param>
/// <param name="Slots">Slots of each.</param>
/// <param name="Requests">Requests to serve.</param>
internal sealed record BarrierSetting(string Name, ILengthPairs Lengths, int Workers, int Slots, int Requests)
{
    /// <summary>Takes a setting from its fields.</summary>
    public static BarrierSetting Read(ScenarioFields fields) => new(
        fields.Text("name"),
        fields.Has("lengths")
            ? fields.Pairs("lengths")
            : new IndependentLengths(fields.Lengths("prompt_tokens"), fields.Lengths("output_tokens")),
        fields.Whole("workers", 1, 10_000),
        fields.Whole("slots", 1, 10_000),
        fields.Whole("requests", 1, 100_000_000));

    /// <summary>Serves all requests; null if it was interrupted.</summary>
    /// <param name="policy">Who joins which worker.</param>
    /// <param name="prediction">What is believed of output lengths; nothing where the policy does not ask.</param>
    /// <param name="random">The dice of this seed: every policy meets the same requests.</param>
    /// <param name="progress">Who watches.</param>
    public BarrierRun? Run(PolicyChoice<IBalancingPolicy> policy, PredictionSpec prediction, RandomTree random, RunProgress progress)
    {
        bool asks = policy.Entry.Signals.HasFlag(Signals.PredictedLength);
        var scenario = new SlotGroupScenario
        {
            Group = new SlotGroupConfiguration(
                Workers, Slots, SlotGroupConfiguration.PublishedPool(Workers), PublishedStepTime.For(Slots), policy),
            Prediction = asks ? prediction : null,
            Power = new LoadPowerLaw(),
        };
        var source = new PairedSource(new BacklogArrivals(), Lengths, Requests, random);
        SlotGroupOutcome outcome = SlotGroupRun.Execute(scenario, source, random, progress.Watch(() => false, null));
        BarrierMeter meter = outcome.Barrier;
        return outcome.Partial ? null : new BarrierRun(meter.UntilLastAssignment, meter.Whole, meter.MeanSecondsPerOutputToken);
    }
}

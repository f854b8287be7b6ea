using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>A barrier group of slots and traffic for it, and which policies do well there, the best first.</summary>
/// <param name="Group">The group and its lengths.</param>
/// <param name="Arrivals">When requests come.</param>
/// <param name="StepTime">What a step costs a worker.</param>
/// <param name="Prediction">What is believed of output lengths.</param>
/// <param name="Measure">What counts.</param>
/// <param name="Order">Policies, the best first.</param>
internal sealed record BalancingCase(
    BarrierSetting Group,
    OpenArrivals Arrivals,
    IStepTimeModel StepTime,
    PredictionSpec Prediction,
    BalancingMeasure Measure,
    IReadOnlyList<PolicyChoice<IBalancingPolicy>> Order)
{
    /// <summary>Takes a case from its fields.</summary>
    public static BalancingCase Read(ScenarioFields fields)
    {
        BarrierSetting group = BarrierSetting.Read(fields);
        return new BalancingCase(
            group,
            ArrivalsOf(fields),
            fields.Has("step_time") ? fields.StepTime("step_time") : PublishedStepTime.For(group.Slots),
            fields.Has("prediction") ? fields.Prediction("prediction") : PredictionSpec.Parse("exact", out _)!,
            BalancingMeasure.Read(fields, "measure"),
            fields.BalancingPolicies("order"));
    }

    /// <summary>What counts under one of its policies; not a number if it was interrupted.</summary>
    public double? Run(int policy, RandomTree random, RunProgress progress)
    {
        PolicyChoice<IBalancingPolicy> choice = Order[policy];
        var scenario = new SlotGroupScenario
        {
            Group = new SlotGroupConfiguration(
                Group.Workers, Group.Slots, SlotGroupConfiguration.PublishedPool(Group.Workers), StepTime, choice),
            Prediction = choice.Entry.Signals.HasFlag(Signals.PredictedLength) ? Prediction : null,
        };
        var source = new PairedSource(Arrivals, Group.Lengths, Group.Requests, random);
        SlotGroupOutcome outcome = SlotGroupRun.Execute(scenario, source, random, progress.Watch(() => false, null));
        return outcome.Partial ? null : Measure.Of(outcome);
    }

    private static OpenArrivals ArrivalsOf(ScenarioFields fields)
    {
        if (!fields.Has("arrivals"))
        {
            return new BacklogArrivals();
        }

        if (ArrivalParser.TryParse(fields.Text("arrivals"), out ArrivalProcess? process, out string problem) && process is OpenArrivals open)
        {
            return open;
        }

        fields.Report("arrivals", problem.Length > 0 ? problem : "must be open, as backlog or poisson:5");
        return new BacklogArrivals();
    }
}

using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>What a reader of an Attention/FFN ratio must know: where theory ends.</summary>
internal static class AfdNotes
{
    private const int FewSlots = 30;

    public static IEnumerable<string> Of(AfdPlan plan, AfdSimulationPlan? simulation)
    {
        AfdQuestion question = plan.Question;
        yield return "Times are in the unit of the cost coefficients; throughput is tokens per such unit and instance, FFN counted.";
        yield return "Mean field: every load at its mean, and so many microbatches in flight that only the slowest stage counts. "
            + "An upper bound in the long run.";
        yield return "Barrier-aware: all Attention instances wait for the slowest; loads are taken to be normal and independent. "
            + "Not a bound: an instance that is through with one microbatch goes on with the next, which softens the barrier.";
        if (question.Slots < FewSlots)
        {
            yield return $"With {question.Slots} slots the load of an instance is not normal, and the barrier may cost more.";
        }

        if (question.HorizonRequests is { } requests)
        {
            double steps = question.Workload.StepsFor(requests, question.Slots);
            yield return string.Create(
                CultureInfo.InvariantCulture, $"Mean field reckons with the mean of the first {steps:#,0.##} steps from an empty start ")
                + "(--horizon); the barrier-aware answer and slot_load are those of the long run.";
            if (steps < 5 * question.Workload.Traffic.MeanOutputTokens)
            {
                yield return "The horizon is not much longer than a request: its mean load is a first-order formula, exact for geometric "
                    + "outputs only.";
            }
        }

        if (!double.IsFinite(plan.MeanField.Ratio))
        {
            yield return "Nothing grows with the ratio, so mean-field theory knows no best one.";
        }
        else if (plan.MeanField.Ratio < 1)
        {
            yield return "The best real ratio is below one: several FFN instances to one of Attention are not part of this model.";
        }

        if (plan.BarrierAware.Ratio == question.MaxRatio && question.MaxRatio > 1)
        {
            yield return $"The best whole ratio is the greatest looked at; raise --max-ratio above {Units.Count(question.MaxRatio)}.";
        }

        if (simulation is not null)
        {
            string start = simulation.Start == AfdStart.Empty ? "an empty start" : "a start as found in the long run";
            yield return $"Simulated: {Units.Count(simulation.Steps)} steps of {question.Microbatches} microbatches from {start}, "
                + $"{Units.Count(simulation.Replications)} runs of each ratio; run k of every ratio meets the same requests. "
                + "± is half the 95 % interval.";
        }
    }
}

using Plimsoll.Core;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Power;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests.Energy;

/// <summary>Energy against a twin that runs one step at a time and multiplies the power of each by its length.</summary>
public sealed class EnergyEqualsTicksTests
{
    private static readonly IPowerModel[] Models = [Gpu("h100"), Gpu("l4"), new LoadPowerLaw()];

    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Leaps_draw_what_single_steps_draw(StepComposition composition, int stepsInFlight)
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 400); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("energy");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            IPowerModel power = Models[seed % 3];
            int accelerators = 1 + (int)dice.NextBelow(8);
            FleetScenario scenario = Fleets.Of(1, configuration) with { Power = power, AcceleratorsPerReplica = accelerators };
            SimulationOutcome outcome = SimulationRun.Execute(scenario, new ListSource(requests), new RandomTree(seed));

            var twin = new TickingReplica(configuration);
            twin.Run(requests);

            double busySeconds = twin.Steps.Sum(step => step.Picoseconds * 1e-12);
            double idle = Math.Max(0, outcome.Metrics.Elapsed.Seconds - busySeconds) * power.Watts(WorkerActivity.None);
            double expected = accelerators * (idle + twin.Steps.Sum(step => power.Watts(ActivityOf(step)) * step.Picoseconds * 1e-12));
            double actual = SimulationReport.Of(outcome, seed).Energy!.Joules;
            Assert.True(Math.Abs(expected - actual) <= 1e-9 * expected, $"seed {seed}: {expected} J by ticks, {actual} J by leaps");
        }
    }

    private static GpuPowerModel Gpu(string name) => new(CatalogReader.BuiltIn.FindGpu(name)!);

    private static WorkerActivity ActivityOf(TickedStep step)
    {
        double prompts = (double)step.PromptPicoseconds / step.Picoseconds;
        return new WorkerActivity(1, prompts, 1 - prompts, step.Rows);
    }
}

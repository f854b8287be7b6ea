using Plimsoll.Core;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.Afd;

/// <summary>Optima of theory and of simulation (scheduling theory, section 2.5), and what is exact about both.</summary>
public sealed class TheoryAgainstSimulationTests
{
    [Theory]
    [InlineData(256, 100, 500, 8)]
    [InlineData(256, 500, 500, 16)]
    [InlineData(256, 100, 100, 3)]
    [InlineData(128, 100, 500, 6)]
    [InlineData(512, 100, 500, 9)]
    public void Simulation_is_best_where_it_was_and_within_one_of_theory(int slots, int prompt, double output, int printed)
    {
        AfdPlan plan = Settings.Plan(slots, prompt, output);
        int best = Enumerable.Range(Math.Max(1, printed - 3), 7).MaxBy(ratio => Throughput(plan, ratio, AfdStart.Stationary));

        Assert.InRange(best, plan.Overlapped.Ratio - 1, plan.Overlapped.Ratio + 1);
        Assert.InRange(best, printed - 1, printed + 1);
    }

    [Theory]
    [InlineData("geometric:300")]
    [InlineData("uniform:1:600")]
    [InlineData("lognormal:150:250:2000")]
    public void An_empty_start_has_the_mean_load_of_the_horizon(string output)
    {
        LengthDistribution lengths = LengthParser.TryParse(output, File.OpenRead, out LengthDistribution? parsed, out _) ? parsed : null!;
        AfdWorkload workload = AfdWorkload.OfLengths(new ConstantLength(100), lengths);
        double[] means = [.. Enumerable.Range(0, 20).Select(i => AfdSimulation.Execute(
            Scenario(workload, slots: 500, ratio: 4, steps: 3000, AfdStart.Empty), new RandomTree(1).Replication(i))!.MeanSlotLoad)];
        double mean = means.Average();
        double error = Math.Sqrt(means.Sum(each => (each - mean) * (each - mean)) / 19 / 20);

        Assert.Equal(workload.MeanOver(3000), mean, 4 * error);
        Assert.True(workload.Law.Mean - mean > 4 * error, "the horizon shows");
    }

    [Fact]
    public void With_enough_microbatches_and_loads_that_do_not_vary_mean_field_theory_is_exact()
    {
        AfdWorkload workload = AfdWorkload.OfLengths(new ConstantLength(300), new ConstantLength(1));
        AfdPlan plan = AfdPlan.Of(new AfdQuestion { Workload = workload, Costs = Settings.Costs, Slots = 256, Microbatches = 6 });

        foreach (int ratio in new[] { 1, 4, 9, 20 })
        {
            const int Steps = 200;
            AfdOutcome outcome = AfdSimulation.Execute(
                Scenario(workload, 256, ratio, Steps, AfdStart.Stationary) with { Microbatches = 6 }, new RandomTree(1))!;
            AfdCurvePoint point = plan.Curve[ratio - 1];
            double step = point.MeanField.Time;
            double attention = step * (1 - point.MeanField.AttentionIdleFraction);

            // One microbatch a step, and the stages of one that are not the slowest to fill and drain the pipeline.
            double end = (6 * Steps * step) + (attention + point.FfnTime + point.CommunicationTime - step);
            Assert.Equal(end, outcome.EndTicks / outcome.TicksPerUnit, 1e-6);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void One_microbatch_in_flight_takes_all_stages_in_turn_behind_a_full_barrier(int ratio)
    {
        // Then nothing overlaps, so the step is E[slowest Attention] + t_F + t_C exactly but for normality.
        AfdWorkload workload = Settings.Workload(100, 200);
        double theory = AfdPlan.Of(new AfdQuestion { Workload = workload, Costs = Settings.Costs, Slots = 256, Microbatches = 1 })
            .Curve[ratio - 1].Overlapped.ThroughputPerInstance;

        double simulated = Enumerable.Range(0, 8).Average(i => AfdSimulation.Execute(
            Scenario(workload, 256, ratio, 20_000, AfdStart.Stationary) with { Microbatches = 1 },
            new RandomTree(1).Replication(i))!.ThroughputPerInstance);

        Assert.Equal(theory, simulated, 0.002 * theory);
    }

    private static double Throughput(AfdPlan plan, int ratio, AfdStart start)
    {
        AfdQuestion question = plan.Question;
        int steps = (int)question.Workload.StepsFor(10_000, question.Slots);
        AfdScenario scenario = Scenario(question.Workload, question.Slots, ratio, steps, start);
        return AfdSimulation.Execute(scenario, new RandomTree(1))!.ThroughputPerInstance;
    }

    private static AfdScenario Scenario(AfdWorkload workload, int slots, int ratio, int steps, AfdStart start) => new()
    {
        Ratio = ratio,
        SlotsPerInstance = slots,
        Costs = Settings.Costs,
        Steps = steps,
        Start = start,
        Traffic = workload.Traffic,
    };
}

using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Testing;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Theory.Tests;

/// <summary>What balancing gains over many steps of the published setting, and where there is nothing to gain.</summary>
public sealed class BalancingEffectTests
{
    [Fact]
    public void Bf_io_beats_the_baselines_and_even_keel_beats_bf_io()
    {
        double fcfs = Imbalance("fcfs-fill");
        double shortest = Imbalance("jsq-tokens");
        double present = Imbalance("bf-io:horizon=0");
        double ahead = Imbalance("bf-io:horizon=10");
        double keel = Imbalance("even-keel");

        Assert.True(present < Math.Min(fcfs, shortest) / 4, $"{present}, {fcfs}, {shortest}");
        Assert.True(ahead < present, $"{ahead}, {present}");
        Assert.True(keel < ahead, $"{keel}, {ahead}");
    }

    private static double Imbalance(string policy) =>
        Run(policy, 16, 72, new PairedSource(new BacklogArrivals(), LookAlikeLengths.Burst, 10_000, new RandomTree(42)))
            .Barrier.UntilLastAssignment.MeanImbalanceTokens;

    private static SlotGroupOutcome Run(string policy, int workers, int slots, IRequestSource source)
    {
        var scenario = new SlotGroupScenario
        {
            Group = new SlotGroupConfiguration(
                workers, slots, SlotGroupConfiguration.PublishedPool(workers), PublishedStepTime.For(slots), BalancingOf.Catalogue(policy)),
            Prediction = PredictionSpec.Parse("exact", out _),
        };
        return SlotGroupRun.Execute(scenario, source, new RandomTree(42));
    }
}

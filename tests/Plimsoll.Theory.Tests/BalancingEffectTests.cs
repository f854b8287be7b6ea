using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Performance.Power;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
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

    /// <summary>Nothing to gain: whom a policy puts where cannot matter, and no sum may differ.</summary>
    [Fact]
    public void With_equal_lengths_all_policies_are_equal_exactly()
    {
        // The pool fills the group at once: while it fills, it does matter who comes where.
        const int Slots = 8 * 16;
        AssertEqual(8, 16, Slots, () => new GeneratedSource(
            new BacklogArrivals(), new ConstantLength(300), new ConstantLength(40), 15 * Slots, new RandomTree(7)));
    }

    [Fact]
    public void With_one_worker_and_nobody_to_choose_all_policies_are_equal_exactly() => AssertEqual(1, 16, 1, Burst);

    [Fact]
    public void With_one_slot_a_worker_and_nobody_to_choose_all_policies_are_equal_exactly() => AssertEqual(8, 1, 1, Burst);

    [Fact]
    public void One_worker_waits_for_nobody()
    {
        foreach (string policy in Policies)
        {
            BarrierTotals totals = Run(policy, 1, 16, 64, Burst()).Barrier.Whole;
            Assert.Equal((0, 0, 0.0), (totals.ImbalanceTokens, totals.WaitingPicoseconds, totals.IdleSteps));
        }
    }

    /// <summary>Scheduling theory, section 3.4: C = 190 W with the published law.</summary>
    [Fact]
    public void Energy_lies_between_the_chord_and_the_tangent_of_the_law()
    {
        foreach (string policy in Policies)
        {
            foreach (ILengthPairs lengths in (ILengthPairs[])[LookAlikeLengths.Burst, LookAlikeLengths.LongBench, new BivariateNormalLengths()])
            {
                var source = new PairedSource(new BacklogArrivals(), lengths, 1_500, new RandomTree(3));
                BarrierTotals totals = Run(policy, 8, 16, 32, source).Barrier.UntilLastAssignment;
                double idle = totals.IdleSeconds * totals.Workers;
                double peak = (totals.StepSeconds * totals.Workers) - idle;
                Assert.InRange(totals.Joules, (400 * peak) + (100 * idle), (400 * peak) + (190 * idle));
            }
        }
    }

    // All but the one that needs a solver.
    private static IEnumerable<string> Policies =>
        PolicyCatalog.Balancing.Policies.Select(entry => entry.Name).Where(name => name != "bf-io-exact");

    private static PairedSource Burst() => new(new BacklogArrivals(), LookAlikeLengths.Burst, 1_000, new RandomTree(5));

    private static void AssertEqual(int workers, int slots, int pool, Func<IRequestSource> traffic)
    {
        BarrierTotals[] totals = [.. Policies.Select(policy => Run(policy, workers, slots, pool, traffic()).Barrier.Whole)];
        Assert.True(totals.Length > 10);
        Assert.All(totals, each => Assert.Equal(totals[0], each));
    }

    private static double Imbalance(string policy) =>
        Run(policy, 16, 72, 64, new PairedSource(new BacklogArrivals(), LookAlikeLengths.Burst, 10_000, new RandomTree(42)))
            .Barrier.UntilLastAssignment.MeanImbalanceTokens;

    private static SlotGroupOutcome Run(string policy, int workers, int slots, int pool, IRequestSource source)
    {
        var scenario = new SlotGroupScenario
        {
            Group = new SlotGroupConfiguration(
                workers, slots, pool, PublishedStepTime.For(slots), BalancingOf.Catalogue(policy)),
            Power = new LoadPowerLaw(),
            Prediction = PredictionSpec.Parse("exact", out _),
        };
        return SlotGroupRun.Execute(scenario, source, new RandomTree(42));
    }
}

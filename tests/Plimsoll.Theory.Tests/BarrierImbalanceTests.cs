using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Testing;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Theory.Tests;

/// <summary>
/// A barrier group that fills its slots in order of arrival: every worker's load is a sum of B independent slots, so that the imbalance is
/// G·√B·ν·κ, ν the deviation of one slot's load and κ the expected maximum of G standard normals (scheduling theory, 2.3 and 3.4).
/// </summary>
public sealed class BarrierImbalanceTests
{
    private const int Requests = 150_000;
    private const double Tolerance = 0.05;

    [Theory]
    [InlineData(8, 32, 61)]
    [InlineData(16, 72, 62)]
    [InlineData(4, 128, 63)]
    public void Filling_in_order_loses_the_maximum_of_normal_loads(int workers, int slots, ulong seed)
    {
        RandomStream dice = Dice.Seeded(seed);
        PoissonTraffic.Lengths outputs = PoissonTraffic.Geometric(60);
        var requests = new InferenceRequest[Requests];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = new(new RequestId(i), Instant.Zero, 1 + (int)dice.NextBelow(2_000), outputs(ref dice));
        }

        double expected = workers * Math.Sqrt(slots) * SlotDeviation(requests) * ExpectedMaximum(workers);
        BarrierTotals totals = Run(workers, slots, requests, seed);

        double ratio = totals.MeanImbalanceTokens / expected;
        Assert.True(Math.Abs(ratio - 1) < Tolerance, $"seed {seed}: theory says {expected:0}, simulation {totals.MeanImbalanceTokens:0}");
    }

    [Fact]
    public void The_slot_law_has_its_published_vector()
    {
        InferenceRequest[] requests = Testing.Requests.Of((0, 100, 3), (0, 50, 1), (0, 200, 4));

        Assert.Equal(144.875, SlotMean(requests));
        Assert.Equal(3451.109375, Math.Pow(SlotDeviation(requests), 2), 1e-9);
        Assert.Equal(1.7660, ExpectedMaximum(16), 1e-4);
        Assert.Equal(0.5642, ExpectedMaximum(2), 1e-4);
    }

    private static BarrierTotals Run(int workers, int slots, InferenceRequest[] requests, ulong seed)
    {
        var scenario = new SlotGroupScenario
        {
            Group = new SlotGroupConfiguration(
                workers,
                slots,
                SlotGroupConfiguration.PublishedPool(workers),
                PublishedStepTime.For(slots),
                BalancingOf.Catalogue("fcfs-fill")),
        };
        return SlotGroupRun.Execute(scenario, new ListSource(requests), new RandomTree(seed)).Barrier.UntilLastAssignment;
    }

    private static double SlotMean(InferenceRequest[] requests) =>
        requests.Sum(r => ((double)r.OutputTokens * r.PromptTokens) + (r.OutputTokens * (r.OutputTokens - 1.0) / 2))
        / requests.Sum(r => (double)r.OutputTokens);

    // A slot serves requests back to back: at a random step it is biased to long ones, and their age is uniform.
    private static double SlotDeviation(InferenceRequest[] requests)
    {
        double square = requests.Sum(r => Square(r.PromptTokens, r.OutputTokens)) / requests.Sum(r => (double)r.OutputTokens);
        return Math.Sqrt(square - Math.Pow(SlotMean(requests), 2));

        static double Square(double p, double d) => (d * p * p) + (p * d * (d - 1)) + (d * (d - 1) * ((2 * d) - 1) / 6);
    }

    // ∫₀^∞ (1 − Φ^n) dx − ∫₋∞⁰ Φ^n dx, by the midpoint rule.
    private static double ExpectedMaximum(int count)
    {
        const double Step = 1e-3;
        double sum = 0;
        for (double x = Step / 2; x < 9; x += Step)
        {
            sum += 1 - Math.Pow(NormalCurve.Cumulative(x), count) - Math.Pow(NormalCurve.Cumulative(-x), count);
        }

        return sum * Step;
    }
}

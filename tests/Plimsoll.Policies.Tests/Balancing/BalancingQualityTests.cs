using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>How good heuristics are: against the optimum of one step, and over many steps of the published setting.</summary>
public sealed class BalancingQualityTests
{
    /// <summary>
    /// What a single step loses against the optimum, as a share of the sum of the greatest loads: the imbalance itself can be near zero, and then any
    /// loss is infinitely many times the optimum.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Even_keel_is_closer_to_the_optimum_of_a_step_than_bf_io(int horizon)
    {
        double[] published = Losses($"bf-io:horizon={horizon},decay=1", horizon);
        double[] own = Losses($"even-keel:horizon={horizon},decay=1", horizon);

        Assert.True(published.Average() < 0.04, $"{published.Average()}");
        Assert.True(own.Average() < 0.01, $"{own.Average()}");
        Assert.True(own.Average() < published.Average() / 2, $"{own.Average()} and {published.Average()}");
        Assert.True(own.Count(loss => loss <= 0.02) > published.Count(loss => loss <= 0.02));
        Assert.True(own.Count(loss => loss == 0) > published.Count(loss => loss == 0));
    }

    [Fact]
    public void Over_many_steps_bf_io_beats_the_baselines_and_even_keel_beats_bf_io()
    {
        (int, int)[] requests = SlotTraffic.Burst(10_000);
        double fcfs = Imbalance("fcfs-fill", requests);
        double shortest = Imbalance("jsq-tokens", requests);
        double present = Imbalance("bf-io:horizon=0", requests);
        double ahead = Imbalance("bf-io:horizon=10", requests);
        double keel = Imbalance("even-keel", requests);

        Assert.True(present < Math.Min(fcfs, shortest) / 4, $"{present}, {fcfs}, {shortest}");
        Assert.True(ahead < present, $"{ahead}, {present}");
        Assert.True(keel < ahead, $"{keel}, {ahead}");
    }

    private static double Imbalance(string text, (int Prompt, int Output)[] requests) =>
        new SlotGroup(16, 72, PolicyCatalog.Balancing.Parse(text, out _)!.Create()).Run(requests).Imbalance;

    private static double[] Losses(string text, int horizon)
    {
        double[] losses = new double[1000];
        for (int i = 0; i < losses.Length; i++)
        {
            RandomStream dice = Dice.Seeded((ulong)i);
            losses[i] = Loss(Small(ref dice), PolicyCatalog.Balancing.Parse(text, out _)!.Create(), horizon);
        }

        return losses;
    }

    private static double Loss(Group group, IBalancingPolicy policy, int horizon)
    {
        var problem = new PlacementProblem(horizon, growth: false);
        problem.Load(group.View, group.Waiting.Length);
        int[] best = new int[problem.Requests];
        new EnumeratedPlacement().TrySolve(problem, best, out _);
        int[] own = new int[problem.Requests];
        Array.Fill(own, -1);
        foreach (Placement placement in group.Ask(policy))
        {
            own[placement.Waiting] = placement.Worker;
        }

        long greatest = 0;
        for (int step = 0; step < problem.Steps; step++)
        {
            greatest += Enumerable.Range(0, problem.Workers).Max(worker => problem.LoadTokens(worker)[step]
                + Enumerable.Range(0, best.Length).Where(i => best[i] == worker).Sum(i => problem.RequestTokens(i, step)));
        }

        return (double)(problem.Imbalance(own) - problem.Imbalance(best)) / (greatest * problem.Workers);
    }

    // 2 to 4 workers with 8 slots each, at most five of which are free, and up to three candidates more than that.
    private static Group Small(ref RandomStream dice)
    {
        while (true)
        {
            int workers = 2 + (int)dice.NextBelow(3);
            int waiting = 2 + (int)dice.NextBelow(5);
            Group group = Group.Any(workers, 8, waiting, 400, ref dice);
            if (group.FreeSlots is > 0 and <= 5 && Array.TrueForAll(group.Waiting, request => request.PromptTokens > 0))
            {
                return group;
            }
        }
    }
}

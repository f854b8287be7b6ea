using Plimsoll.Core;
using Plimsoll.Optimization.Placement;
using Plimsoll.Testing;

namespace Plimsoll.Optimization.Tests.Placement;

public sealed class PlacementProgramTests
{
    [Theory]
    [InlineData(new[] { 25, 30, 50 }, 20)]
    [InlineData(new[] { 25, 30, 50, 10 }, 10)]
    public void The_optimum_is_that_of_the_specification(int[] prompts, long imbalance)
    {
        Solvers.Require();
        var instance = new PlacementInstance([1, 1, 1], [[100], [90], [60]], [.. prompts.Select(prompt => (long[])[prompt])]);

        Assert.Equal(imbalance, instance.Imbalance(new PlacementProgram(instance).Solve(double.PositiveInfinity)));
    }

    [Fact]
    public void No_placement_of_a_tiny_instance_is_better()
    {
        Solvers.Require();
        for (ulong seed = 0; seed < TwinCases.Count(100); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            PlacementInstance instance = Tiny(ref dice);
            int[] workers = new PlacementProgram(instance).Solve(double.PositiveInfinity) ?? [];

            Assert.True(instance.Placed == workers.Count(worker => worker >= 0), $"seed {seed}");
            Assert.All(
                Enumerable.Range(0, instance.FreeSlots.Length),
                worker => Assert.InRange(workers.Count(own => own == worker), 0, instance.FreeSlots[worker]));
            Assert.True(Least(instance, new int[workers.Length], 0, 0) == instance.Imbalance(workers), $"seed {seed}");
        }
    }

    [Fact]
    public void A_program_that_is_too_large_says_what_makes_it_smaller()
    {
        var instance = new PlacementInstance(
            [.. Enumerable.Repeat(1, 64)],
            [.. Enumerable.Range(0, 64).Select(worker => (long[])[worker])],
            [.. Enumerable.Range(1, 100).Select(tokens => (long[])[tokens])]);

        Assert.Equal(
            "The program has a column for each of 100 different requests on each of 64 workers with free slots; the limit is 4096. "
            + "Fewer candidates or workers make it smaller.",
            Assert.Throws<ProgramTooLargeException>(() => new PlacementProgram(instance)).Message);
    }

    private static PlacementInstance Tiny(ref RandomStream dice)
    {
        int workers = 1 + (int)dice.NextBelow(3);
        int steps = 1 + (int)dice.NextBelow(4);
        int[] slots = new int[workers];
        long[][] loads = new long[workers][];
        for (int worker = 0; worker < workers; worker++)
        {
            slots[worker] = (int)dice.NextBelow(3);
            loads[worker] = new long[steps];
            for (int step = 0; step < steps; step++)
            {
                loads[worker][step] = step > 0 && dice.NextBelow(2) == 0 ? loads[worker][step - 1] : dice.NextBelow(200);
            }
        }

        long[][] requests = new long[dice.NextBelow(6)][];
        bool grows = dice.NextBelow(2) == 0;
        for (int i = 0; i < requests.Length; i++)
        {
            long prompt = 1 + dice.NextBelow(dice.NextBelow(2) == 0 ? 3 : 150);
            requests[i] = [.. Enumerable.Range(0, steps).Select(step => prompt + (grows ? step : 0))];
        }

        return new PlacementInstance(slots, loads, requests);
    }

    // Everything is tried, request by request; −1 is none.
    private static long Least(PlacementInstance instance, int[] workers, int request, int placed)
    {
        if (request == workers.Length)
        {
            return placed == instance.Placed ? instance.Imbalance(workers) : long.MaxValue;
        }

        workers[request] = -1;
        long least = Least(instance, workers, request + 1, placed);
        for (int worker = 0; worker < instance.FreeSlots.Length; worker++)
        {
            if (workers[..request].Count(own => own == worker) < instance.FreeSlots[worker])
            {
                workers[request] = worker;
                least = Math.Min(least, Least(instance, workers, request + 1, placed + 1));
            }
        }

        return least;
    }
}

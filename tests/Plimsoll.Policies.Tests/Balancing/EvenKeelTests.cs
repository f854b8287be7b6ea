using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Balancing;

public sealed class EvenKeelTests
{
    [Theory]
    [InlineData(new[] { 25, 30, 50 }, new long[] { 125, 120, 110 })]
    [InlineData(new[] { 25, 30, 50, 10 }, new long[] { 110, 115, 110 })]
    public void It_finds_the_best_loads_of_the_specification(int[] prompts, long[] loads)
    {
        Group group = Group.Of([100, 90, 60], 1, prompts);
        Assert.Equal(loads, group.LoadsAfter(group.Ask(Create("even-keel"))));
    }

    [Fact]
    public void A_request_that_ends_soon_may_join_a_worker_that_a_lasting_one_may_not()
    {
        // Worker 1 is below the level now, and nothing on it ends; the filler of worker 0 ends with the next step.
        var workers = new WorkerView[] { new() { LoadTokens = 100, Requests = 2 }, new() { LoadTokens = 60, Requests = 1, FreeSlots = 1 } };
        PlacedRequest[] placed = [new(40, 0, 1), new(60, 0, 0), new(60, 0, 0)];
        var group = new Group(workers, placed, [new(new RequestId(0), 40, 0), new(new RequestId(1), 38, 1)]);

        Assert.Equal([new(1, 1)], group.Ask(Create("even-keel:decay=1")));
        Assert.Equal([new(0, 1)], group.Ask(Create("even-keel:horizon=0")));
    }

    [Fact]
    public void Knots_reach_until_little_can_be_seen()
    {
        Knots knots = new(100);
        int[] ends = new int[101];
        ends.AsSpan(1).Fill(2);
        knots.Place(ends, workers: 4, decay: 0.5); // half an ended request a worker and step: 1/√2 each, below 1/50 after eleven steps

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], knots.Steps.ToArray());
        Assert.Equal(Enumerable.Range(0, 12).Select(step => Math.Pow(0.5, step / 2.0)), knots.Weights.ToArray());
    }

    [Fact]
    public void Knots_weigh_as_much_as_the_steps_they_stand_for()
    {
        Knots knots = new(100);
        knots.Place(new int[101], workers: 4, decay: 0.5); // nothing ends: every step counts alike

        Assert.Equal(Knots.Most, knots.Count);
        Assert.Equal(100, knots.Steps[^1]);
        Assert.Equal(101, knots.Weights.ToArray().Sum());
    }

    [Fact]
    public void Costs_are_those_of_the_definition()
    {
        for (ulong seed = 0; seed < TwinCases.Count(200); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            int workers = 2 + (int)dice.NextBelow(3);
            Group group = Group.Any(workers, 6, 4, 500, ref dice);
            KeelLoads loads = new(30);
            const int shortest = 5;
            const double mean = 100;
            loads.Load(group.View, shortest, mean, successor: 0, decay: 1);
            KeelRequest added = new(dice.NextBelow(400), dice.NextBelow(40), 0);
            KeelRequest removed = new(dice.NextBelow(400), dice.NextBelow(40), 0);

            // A decay of 1 forgets nothing: every step up to the horizon has a knot or is counted with the one before it.
            Knots knots = new(30);
            knots.Place(new int[31], workers, 1);
            double[][] certain = [.. Enumerable.Range(0, workers).Select(worker => knots.Steps.ToArray().Select(step => Certain(group, worker, step)).ToArray())];
            double expected = 0;
            for (int j = 0; j < knots.Count; j++)
            {
                double level = Math.Max(
                    Enumerable.Range(0, workers).Max(worker => certain[worker][j] + (shortest * group.Workers[worker].FreeSlots)),
                    Enumerable.Range(0, workers).Average(worker => certain[worker][j] + (mean * group.Workers[worker].FreeSlots)));
                double above = certain[0][j] - level
                    + (knots.Steps[j] < added.OutputSteps ? added.Tokens : 0) - (knots.Steps[j] < removed.OutputSteps ? removed.Tokens : 0);
                expected += knots.Weights[j] * (above > 0 ? (workers - 1) * above : -above);
            }

            Assert.Equal(expected, loads.Cost(0, added, removed), 1e-6 * Math.Max(1, expected));
        }
    }

    private static double Certain(Group group, int worker, int step)
    {
        int start = group.Workers[..worker].Sum(before => before.Requests);
        return group.Placed[start..(start + group.Workers[worker].Requests)]
            .Where(request => request.RemainingSteps > step)
            .Sum(request => (double)request.HeldTokens);
    }

    private static IBalancingPolicy Create(string text) => PolicyCatalog.Balancing.Parse(text, out _)!.Create();
}

using Plimsoll.Core;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Policies.Tests.Balancing;

public sealed class BfIoExactTests
{
    [Theory]
    [InlineData(new[] { 25, 30, 50 }, new long[] { 125, 120, 110 }, 20)]
    [InlineData(new[] { 25, 30, 50, 10 }, new long[] { 110, 115, 110 }, 10)]
    public void The_best_loads_are_those_of_the_specification(int[] prompts, long[] loads, long imbalance)
    {
        Group group = Group.Of([100, 90, 60], 1, prompts);
        long[] after = group.LoadsAfter(group.Ask(Exact("bf-io-exact:horizon=0", new EnumeratedPlacement())));

        Assert.Equal(loads, after);
        Assert.Equal(imbalance, Group.Imbalance(after));
    }

    [Fact]
    public void It_looks_ahead()
    {
        // Worker 0 loses most of its load with the next step, so that the long prompt belongs there and the short one does not.
        var group = new Group(
            [new() { LoadTokens = 100, Requests = 2, FreeSlots = 1 }, new() { LoadTokens = 80, Requests = 1, FreeSlots = 1 }],
            [new(90, 0, 1), new(10, 0, 0), new(80, 0, 0)],
            [new(new RequestId(0), 40, 0), new(new RequestId(1), 20, 0)]);

        Assert.Equal([new(0, 1), new(1, 0)], group.Ask(Exact("bf-io-exact:horizon=0", new EnumeratedPlacement())));
        Assert.Equal([new(0, 0), new(1, 1)], group.Ask(Exact("bf-io-exact:horizon=5", new EnumeratedPlacement())));
    }

    [Fact]
    public void Growth_counts_every_request_that_is_still_there()
    {
        var problem = new PlacementProblem(3, growth: true);
        problem.Load(new Group([new() { LoadTokens = 33, Requests = 2, FreeSlots = 1 }], [new(10, 3, 5), new(20, 0, 0)], []).View, 4);

        Assert.Equal([33, 35, 22, 23], problem.LoadTokens(0)); // 13 + 20; both grow; the first ends after two steps
    }

    [Fact]
    public void Without_a_solver_it_says_so()
    {
        PlacementRefusedException refusal = Assert.Throws<PlacementRefusedException>(() =>
            Group.Of([1, 2], 1, 5, 6, 7).Ask(PolicyCatalog.Balancing.Parse("bf-io-exact", out _)!.Create()));

        Assert.Equal(
            "the placement of 3 waiting requests on 2 workers is an integer program, which was not solved: no integer solver is at hand here",
            refusal.Message);
    }

    private static IBalancingPolicy Exact(string text, IPlacementSolver solver)
    {
        IBalancingPolicy policy = PolicyCatalog.Balancing.Parse(text, out _)!.Create();
        policy.Equip(solver);
        return policy;
    }
}

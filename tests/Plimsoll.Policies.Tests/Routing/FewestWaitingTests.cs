using Plimsoll.Core;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Routing;

/// <summary>The policy that CONTRIBUTING.md adds as an example, held to the same contract as those in the catalogue.</summary>
public sealed class FewestWaitingTests
{
    #region test
    [Theory]
    [InlineData(new[] { 3, 1, 2 }, 1)] // fewest
    [InlineData(new[] { 2, 1, 1 }, 1)] // a tie goes to the lowest id
    public void Fewest_waiting_takes_the_shortest_queue(int[] waiting, int expected)
    {
        ReplicaView[] replicas = Fleet.Idle(waiting.Length);
        for (int i = 0; i < waiting.Length; i++)
        {
            replicas[i].WaitingRequests = waiting[i];
        }

        RandomStream random = Dice.Seeded(1);
        Assert.Equal(expected, new FewestWaiting().Choose(Requests.Arriving(), replicas, ref random));
    }
    #endregion

    [Fact]
    public void The_example_satisfies_the_contract()
    {
        RoutingConformance.ChoosesListedReplicas(FewestWaiting.Entry);
        RoutingConformance.Repeats(FewestWaiting.Entry);
        RoutingConformance.AllocatesNothing(FewestWaiting.Entry);
        RoutingConformance.IgnoresUndeclaredSignals(FewestWaiting.Entry);
        RoutingConformance.ReadsDeclaredSignals(FewestWaiting.Entry);
    }
}

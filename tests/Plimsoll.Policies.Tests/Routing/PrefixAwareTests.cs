using Plimsoll.Core;
using Plimsoll.Policies.Routing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Routing;

public sealed class PrefixAwareTests
{
    [Theory]
    [InlineData(new[] { 2, 2, 2 }, new[] { 16, 48, 32 }, 1)] // most hit tokens
    [InlineData(new[] { 3, 2, 4 }, new[] { 48, 48, 0 }, 1)] // equal hits: fewer requests
    [InlineData(new[] { 2, 2, 2 }, new[] { 48, 48, 48 }, 0)] // all equal: lowest id
    [InlineData(new[] { 0, 0, 6 }, new[] { 16, 0, 96 }, 0)] // mean 2, σ 2.83: six is too busy, the next best hit is taken
    [InlineData(new[] { 0, 2 }, new[] { 0, 16 }, 1)] // mean 1, σ 1: exactly at the limit is allowed
    [InlineData(new[] { 0, 8, 8 }, new[] { 0, 16, 0 }, 1)] // a difference of 8 does not trip the guard
    [InlineData(new[] { 0, 9, 9 }, new[] { 0, 16, 0 }, 0)] // a difference of 9 does: only the idle one is a candidate
    [InlineData(new[] { 0, 9, 0 }, new[] { 16, 99, 32 }, 2)] // and among candidates hits still decide
    [InlineData(new[] { 4, 1, 2 }, new[] { 0, 0, 0 }, 1)] // no hit anywhere: fewest requests
    [InlineData(new[] { 4, 1, 2 }, new int[0], 1)] // hits not known: the same
    public void The_choice(int[] requests, int[] hits, int expected)
    {
        RandomStream random = Dice.Seeded(1);

        Assert.Equal(expected, Default().Choose(Requests.Arriving(prefixHitTokens: hits), Fleet.Of(requests), ref random));
    }

    [Fact]
    public void Without_a_hit_the_dice_break_ties_among_the_fewest()
    {
        RandomStream first = Dice.Showing((3, 0));
        RandomStream last = Dice.Showing((3, 2));

        Assert.Equal(1, Default().Choose(Requests.Arriving(), Fleet.Of(5, 1, 1, 5, 1), ref first));
        Assert.Equal(4, Default().Choose(Requests.Arriving(), Fleet.Of(5, 1, 1, 5, 1), ref last));
    }

    [Fact]
    public void Hits_that_do_not_belong_to_the_fleet_are_a_bug() => Assert.Throws<InvariantBrokenException>(() =>
    {
        RandomStream random = Dice.Seeded(1);
        Default().Choose(Requests.Arriving(prefixHitTokens: [1, 2]), Fleet.Idle(3), ref random);
    });

    private static PrefixAware Default() => new(guard: 8, deviations: 1);
}

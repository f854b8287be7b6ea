using Plimsoll.Core;
using Plimsoll.Policies.Ordering;

namespace Plimsoll.Policies.Tests.Ordering;

public sealed class VirtualTokenCounterTests
{
    private readonly VirtualTokenCounter _order = new(inputWeight: 1, outputWeight: 2);

    [Fact]
    public void Who_has_had_least_goes_first_whenever_he_came()
    {
        _order.Joined(1);
        _order.Joined(2);
        _order.Served(1, inputTokens: 10, outputTokens: 5);

        Assert.Equal(20, _order.CounterOf(1));
        Assert.True(_order.Compare(Request(7, tenant: 2), Request(3, tenant: 1)) < 0);
        Assert.True(_order.Compare(Request(7, tenant: 1), Request(3, tenant: 1)) > 0);
    }

    [Fact]
    public void Who_comes_back_is_lifted_to_the_least_of_those_who_wait()
    {
        _order.Joined(1);
        _order.Joined(2);
        _order.Served(1, 100, 0);
        _order.Served(2, 70, 0);

        _order.Joined(3);

        Assert.Equal(70, _order.CounterOf(3));
    }

    [Fact]
    public void Who_comes_to_an_empty_queue_is_lifted_to_the_one_who_left_it_last()
    {
        _order.Joined(1);
        _order.Served(1, 100, 0);
        _order.Left(1);
        _order.Served(1, 900, 0);

        _order.Joined(2);

        Assert.Equal(1_000, _order.CounterOf(2));
    }

    [Fact]
    public void Nobody_is_lowered()
    {
        _order.Joined(1);
        _order.Served(1, 100, 0);
        _order.Left(1);
        _order.Joined(2);
        _order.Served(2, 500, 0);
        _order.Left(2);
        _order.Served(2, -300, 0);
        _order.Joined(3);
        _order.Served(2, 1_000, 0);

        _order.Joined(1);
        _order.Joined(2);

        Assert.Equal((300, 300, 1_300), (_order.CounterOf(3), _order.CounterOf(1), _order.CounterOf(2)));
    }

    [Fact]
    public void Those_who_do_not_wait_are_forgotten_before_memory_grows()
    {
        for (ulong tenant = 1; tenant <= 3 * VirtualTokenCounter.MostTenants; tenant++)
        {
            _order.Joined(tenant);
            _order.Served(tenant, 1, 0);
            if (tenant > 10)
            {
                _order.Left(tenant);
            }
        }

        Assert.InRange(_order.Saved().Length / 2, 10, VirtualTokenCounter.MostTenants);
        Assert.All(Enumerable.Range(1, 10), tenant => Assert.Equal(1, _order.CounterOf((ulong)tenant)));
    }

    [Fact]
    public void What_is_remembered_can_be_written_down()
    {
        _order.Joined(5);
        _order.Served(5, 11, 3);
        _order.Left(5);
        var other = new VirtualTokenCounter();

        other.Restore(_order.Saved());

        Assert.Equal(_order.Saved(), other.Saved());
        other.Joined(6);
        Assert.Equal(17, other.CounterOf(6));
        Assert.Throws<ArgumentException>(() => other.Restore([1, 2]));
    }

    private static RequestView Request(long id, ulong tenant) => new() { Id = new RequestId(id), Arrival = new Instant(id), TenantHash = tenant };
}

using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Tests.Dispatching;

public sealed class DispatchLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_does_not_fit_waits_until_something_ends()
    {
        await using DispatchLoop loop = Create(replicas: 1, window: 1);
        Placement first = await loop.PlaceAsync(Request(), Stop);
        Task<Placement> second = loop.PlaceAsync(Request(), Stop);
        await Served.UntilAsync(() => loop.HeldRequests == 1);
        Assert.False(second.IsCompleted);

        loop.Ended(first);

        Assert.Equal((0, new RequestId(1)), ((await second).Replica, (await second).Id));
    }

    [Fact]
    public async Task A_client_that_hangs_up_while_held_frees_its_place()
    {
        await using DispatchLoop loop = Create(replicas: 1, window: 1);
        Placement first = await loop.PlaceAsync(Request(), Stop);
        using var client = new CancellationTokenSource();
        Task<Placement> second = loop.PlaceAsync(Request(), client.Token);
        Task<Placement> third = loop.PlaceAsync(Request(), Stop);
        await client.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => second);

        loop.Ended(first);

        Assert.Equal(new RequestId(2), (await third).Id);
    }

    [Fact]
    public async Task A_deadline_passes_without_any_other_event()
    {
        await using DispatchLoop loop = Create(replicas: 1, window: 1);
        await loop.PlaceAsync(Request(), Stop);

        Placement late = await loop.PlaceAsync(Request(Duration.FromMilliseconds(30)), Stop);

        Assert.Equal(RejectReason.DeadlineExceeded, late.Reason);
    }

    [Fact]
    public async Task A_broken_replica_is_left_for_another_even_beyond_its_window()
    {
        await using DispatchLoop loop = Create(replicas: 2, window: 1);
        Ticket ticket = Request();
        Placement broken = await loop.PlaceAsync(ticket, Stop);
        Placement other = await loop.PlaceAsync(Request(), Stop);

        Placement again = await loop.RetryAsync(ticket, broken);

        Assert.Equal((broken.Id, other.Replica), (again.Id, again.Replica));
        loop.SetWindow(broken.Replica, 0);
        Assert.Equal(RejectReason.NoReplicaReady, (await loop.RetryAsync(ticket, again)).Reason);
    }

    [Fact]
    public async Task Without_a_replica_a_request_is_refused_at_once()
    {
        await using DispatchLoop loop = Create(replicas: 2, window: null);
        loop.SetWindow(0, 0);
        loop.SetWindow(1, 0);

        Assert.Equal(RejectReason.NoReplicaReady, (await loop.PlaceAsync(Request(), Stop)).Reason);
    }

    [Fact]
    public async Task What_the_witness_saw_gives_the_same_decisions_again()
    {
        var witness = new Witness();
        await using (DispatchLoop loop = Create(replicas: 3, window: 2, witness))
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            {
                Placement placement = await loop.PlaceAsync(Request(), Stop);

                // Some are ended by who placed them, others by threads of the pool, in whatever order.
                for (int turn = 0; turn < i % 3; turn++)
                {
                    await Task.Yield();
                }

                if (i % 7 == 0)
                {
                    loop.SetWindow(i % 3, 1 + (i % 4));
                }

                loop.Ended(placement);
            }));
        }

        Dispatcher again = Dispatch(replicas: 3, window: 2);
        var effects = new DispatchEffects();
        foreach ((DispatchInput input, DispatchEffect[] decided) in witness.Seen)
        {
            again.Apply(input, effects);
            Assert.Equal(decided, effects.All.ToArray());
            effects.Clear();
        }

        Assert.Equal(200, witness.Seen.Sum(seen => seen.Effects.Length));
    }

    private static Ticket Request(Duration? deadline = null) =>
        new(new InferenceRequest(default, default, 10, 1, deadline is null ? null : new RequestDetails { Deadline = deadline }));

    private static DispatchLoop Create(int replicas, int? window, IDispatchWitness? witness = null) =>
        new(Dispatch(replicas, window), new GatewayClock(TimeProvider.System), witness);

    private static Dispatcher Dispatch(int replicas, int? window) => new(
        new DispatcherConfiguration(
            PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse("power-of-two", out _)!, window),
        replicas,
        new RandomTree(5).Stream("routing"));

    private sealed class Witness : IDispatchWitness
    {
        public List<(DispatchInput Input, DispatchEffect[] Effects)> Seen { get; } = [];

        public void Saw(in DispatchInput input, ReadOnlySpan<DispatchEffect> effects) => Seen.Add((input, effects.ToArray()));
    }
}

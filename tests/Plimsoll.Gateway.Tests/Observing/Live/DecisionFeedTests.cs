using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Tests.Observing.Live;

public sealed class DecisionFeedTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_where_each_request_went_and_what_was_seen()
    {
        (DispatchLoop loop, DecisionFeed feed) = Start("round-robin", window: 2);
        await using DispatchLoop _ = loop;
        Placement first = await loop.PlaceAsync(Ticket(10), Stop);
        await loop.PlaceAsync(Ticket(20), Stop);
        await loop.PlaceAsync(Ticket(30), Stop);
        loop.Ended(first);
        await loop.PlaceAsync(Ticket(40), Stop);

        Assert.Equal(
            [(4L, 40, "1 1"), (3L, 30, "1 1"), (2L, 20, "1 0"), (1L, 10, "0 0")],
            Read(feed).Select(seen => (seen.Number, seen.Prompt, $"{seen.First} {seen.Second}")));
    }

    [Fact]
    public async Task Closed_replicas_and_refusals_are_marked()
    {
        (DispatchLoop loop, DecisionFeed feed) = Start("least-requests", window: 1, admission: "queue-limit:limit=2");
        await using DispatchLoop _ = loop;
        loop.SetWindow(0, 0);
        Placement sent = await loop.PlaceAsync(Ticket(1), Stop);
        Task<Placement> held = loop.PlaceAsync(Ticket(2), Stop);
        Placement refused = await loop.PlaceAsync(Ticket(3), Stop);
        loop.Ended(sent);
        await held;

        List<Seen> all = Read(feed);
        Assert.Equal(RejectReason.QueueFull, refused.Reason);
        Assert.Equal([1, -1, 1], all.Select(seen => seen.Replica));
        Assert.Equal([RejectReason.None, RejectReason.QueueFull, RejectReason.None], all.Select(seen => seen.Reason));
        Assert.All(all, seen => Assert.Equal(-1, seen.First));
        Assert.Equal([0, 1, 0], all.Select(seen => seen.Second));
        Assert.Equal([1, 0, 1], all.Select(seen => seen.WithRoom));
    }

    [Fact]
    public async Task Only_the_last_ones_are_kept()
    {
        (DispatchLoop loop, DecisionFeed feed) = Start("round-robin", window: null);
        await using DispatchLoop _ = loop;
        for (int i = 1; i <= 200; i++)
        {
            await loop.PlaceAsync(Ticket(i), Stop);
        }

        Assert.Equal(Enumerable.Range(0, 64).Select(i => 200L - i), Read(feed).Select(seen => seen.Number));
    }

    private static (DispatchLoop Loop, DecisionFeed Feed) Start(string routing, int? window, string admission = "always")
    {
        var policies = new DispatcherConfiguration(
            PolicyCatalog.Admission.Parse(admission, out _)!, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse(routing, out _)!, window);
        var feed = new DecisionFeed(policies, 2);
        return (new DispatchLoop(new Dispatcher(policies, 2, new RandomTree(1).Stream("routing")), new GatewayClock(TimeProvider.System), feed), feed);
    }

    private static Ticket Ticket(int promptTokens) => new(new InferenceRequest(default, default, promptTokens, 1));

    private static List<Seen> Read(DecisionFeed feed)
    {
        List<Seen> all = [];
        feed.Read(1000, decision => all.Add(new Seen(
            decision.Number, decision.PromptTokens, decision.Replica, decision.Reason, decision.InFlight[0], decision.InFlight[1], decision.WithRoom)));
        return all;
    }

    private sealed record Seen(long Number, int Prompt, int Replica, RejectReason Reason, int First, int Second, int WithRoom);
}

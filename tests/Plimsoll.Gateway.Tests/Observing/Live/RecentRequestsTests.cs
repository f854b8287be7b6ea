using Plimsoll.Core;
using Plimsoll.Gateway.Observing.Live;

namespace Plimsoll.Gateway.Tests.Observing.Live;

public sealed class RecentRequestsTests
{
    private const int MostRequests = 7;
    private const int MostHashes = 20;

    [Fact]
    public void The_rings_hold_what_a_queue_would()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            RandomStream random = new RandomTree(seed).Stream("requests");
            var rings = new RecentRequests(MostRequests, MostHashes);
            Queue<InferenceRequest> queue = new();
            for (int i = 0; i < 60; i++)
            {
                InferenceRequest request = Some(ref random, i);
                rings.Add(request);
                queue.Enqueue(request);
                while (queue.Count > MostRequests || queue.Sum(kept => kept.Details?.PrefixHashes.Count ?? 0) > MostHashes)
                {
                    queue.Dequeue();
                }

                Instant since = new(random.NextBelow(60));
                int most = 1 + (int)random.NextBelow(MostRequests);
                IEnumerable<InferenceRequest> expected = queue.Where(kept => kept.Arrival >= since).OrderBy(kept => kept.Arrival).TakeLast(most);
                Assert.True(
                    expected.Select(Text).SequenceEqual(rings.Since(since, most).Select(Text)), $"seed {seed}, after request {i}, since {since}");
            }
        }
    }

    [Fact]
    public void Equal_sessions_and_clients_stay_equal_and_others_stay_apart()
    {
        var rings = new RecentRequests(MostRequests, MostHashes);
        foreach ((string? session, string? client) in new[] { ("a", "b"), ("b", "b"), ("a", null) })
        {
            rings.Add(new InferenceRequest(default, Instant.Zero, 1, 1, new RequestDetails { Session = session, Client = client }));
        }

        InferenceRequest[] kept = rings.Since(Instant.Zero, MostRequests);

        Assert.Equal(kept[0].Details!.Session, kept[2].Details!.Session);
        Assert.NotEqual(kept[0].Details!.Session, kept[1].Details!.Session);
        Assert.Equal(kept[0].Details!.Client, kept[1].Details!.Client);
        Assert.Null(kept[2].Details!.Client);
    }

    [Fact]
    public void Of_a_prompt_with_more_hashes_than_there_is_room_the_first_are_kept()
    {
        var rings = new RecentRequests(MostRequests, MostHashes);
        ulong[] hashes = [.. Enumerable.Range(0, MostHashes + 5).Select(number => (ulong)number)];
        rings.Add(new InferenceRequest(default, Instant.Zero, 1, 1));
        rings.Add(new InferenceRequest(default, Instant.Zero, 1, 1, new RequestDetails { PrefixHashArray = hashes, BlockTokens = 16 }));

        InferenceRequest[] kept = rings.Since(Instant.Zero, MostRequests);

        Assert.Equal(hashes[..MostHashes], kept[^1].Details!.PrefixHashes);
    }

    [Fact]
    public void What_is_remembered_is_no_object()
    {
        var rings = new RecentRequests(MostRequests, MostHashes);
        var request = new InferenceRequest(
            default, Instant.Zero, 1, 1, new RequestDetails { Session = "a", Client = "b", Model = "one", PrefixHashArray = [1, 2], BlockTokens = 16 });
        rings.Add(request);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            rings.Add(request);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static InferenceRequest Some(ref RandomStream random, int number)
    {
        ulong[] hashes = new ulong[random.NextBelow(9)];
        foreach (ref ulong hash in hashes.AsSpan())
        {
            hash = (ulong)random.NextBelow(1000);
        }

        var details = new RequestDetails
        {
            Model = random.NextBelow(2) == 0 ? "one" : "two",
            Priority = (int)random.NextBelow(3),
            PredictedOutputTokens = (int)random.NextBelow(3),
            Deadline = random.NextBelow(2) == 0 ? null : Duration.FromMilliseconds(5),
            MaxOutputTokens = random.NextBelow(2) == 0 ? null : 10,
            PrefixHashArray = hashes,
            BlockTokens = 16,
        };
        var arrival = new Instant(random.NextBelow(60));
        return new InferenceRequest(
            new RequestId(number), arrival, 1 + number, 1 + (int)random.NextBelow(100), random.NextBelow(4) == 0 ? null : details);
    }

    // Ids are given anew.
    private static string Text(InferenceRequest request) =>
        $"{request.Arrival} {request.PromptTokens} {request.OutputTokens} " + (request.Details is not { } known ? "" :
        $"{known.Model} {known.Priority} {known.PredictedOutputTokens} {known.Deadline} {known.MaxOutputTokens} {known.BlockTokens} "
        + string.Join(' ', known.PrefixHashes));
}

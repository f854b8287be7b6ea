using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Dispatch;

/// <summary>The table against a list of prefixes.</summary>
public class PrefixTableTests
{
    [Fact]
    public void Agrees_with_a_list_of_prefixes()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 400); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("prefixes");
            int replicas = 1 + (int)dice.NextBelow(dice.NextBelow(2) == 0 ? 5 : 200);
            int capacity = 1 + (int)dice.NextBelow(dice.NextBelow(2) == 0 ? 10 : 300);
            int sent = Run(ref dice, replicas, capacity, out int[] hits, out int[] expected);
            Assert.True(expected.AsSpan().SequenceEqual(hits), $"seed {seed}, request {sent}: hits differ");
        }
    }

    [Fact]
    public void A_prompt_sent_to_one_replica_is_known_there_in_whole_strides()
    {
        var table = new PrefixTable(replicas: 70);
        InferenceRequest request = Request(blockTokens: 16, promptTokens: 1_600, [.. Enumerable.Range(1, 100).Select(i => (ulong)i)]);

        table.HitsOf(request);
        table.Sent(65);

        int[] expected = new int[70];
        expected[65] = 1_536;
        Assert.Equal(expected, table.HitsOf(request).ToArray());
    }

    [Fact]
    public void What_one_replica_forgets_the_others_still_have()
    {
        var table = new PrefixTable(replicas: 3);
        InferenceRequest request = Request(blockTokens: 512, promptTokens: 1_600, [1, 2, 3]);
        foreach (int replica in new[] { 0, 2 })
        {
            table.HitsOf(request);
            table.Sent(replica);
        }

        table.Forget(2, keptTokens: 0);

        Assert.Equal([1_536, 0, 0], table.HitsOf(request).ToArray());
    }

    [Fact]
    public void Of_two_prompts_the_one_that_was_not_used_again_is_forgotten()
    {
        var table = new PrefixTable(replicas: 1);
        InferenceRequest old = Request(blockTokens: 512, promptTokens: 1_024, [1, 2]);
        InferenceRequest other = Request(blockTokens: 512, promptTokens: 1_024, [3, 4]);
        foreach (InferenceRequest request in new[] { old, other })
        {
            table.HitsOf(request);
            table.Sent(0);
        }

        table.Forget(0, keptTokens: 1_536);
        table.HitsOf(other);
        table.Sent(0);
        table.Forget(0, keptTokens: 1_024);

        Assert.Equal(0, table.HitsOf(old)[0]);
        Assert.Equal(1_024, table.HitsOf(other)[0]);
    }

    [Fact]
    public void What_a_replica_says_it_stored_is_known_though_nobody_sent_it_until_it_is_removed()
    {
        var table = new PrefixTable(replicas: 3);
        InferenceRequest request = Request(blockTokens: 128, promptTokens: 1_600, [.. Enumerable.Range(1, 12).Select(i => (ulong)i)]);

        table.Stored(1, [4, 8, 12]);
        Assert.Equal([0, 1_536, 0], table.HitsOf(request).ToArray());
        table.Removed(1, [12, 99]);
        Assert.Equal([0, 1_024, 0], table.HitsOf(request).ToArray());
        table.Removed(1, [4]);
        Assert.Equal([0, 0, 0], table.HitsOf(request).ToArray());
    }

    [Fact]
    public void Nothing_is_known_of_requests_without_hashes()
    {
        var table = new PrefixTable(replicas: 2);
        var request = new InferenceRequest(new RequestId(0), Instant.Zero, 1_000, 1);

        Assert.True(table.HitsOf(request).IsEmpty);
        table.Sent(1);
        Assert.True(table.HitsOf(request).IsEmpty);
    }

    // Sends requests until the hits differ.
    private static int Run(ref RandomStream dice, int replicas, int capacity, out int[] hits, out int[] expected)
    {
        var table = new PrefixTable(replicas, capacity);
        var naive = new NaivePrefixTable(replicas, capacity);
        int popular = 1 + (int)dice.NextBelow(replicas);
        int[] blockTokens = [16, 100, 512, 1_000];
        int block = blockTokens[dice.NextBelow(4)];
        long contents = 1 + dice.NextBelow(4);
        for (int sent = 0; ; sent++)
        {
            block = dice.NextBelow(50) == 0 ? blockTokens[dice.NextBelow(4)] : block;
            InferenceRequest request = Any(ref dice, block, contents);
            hits = table.HitsOf(request).ToArray();
            expected = naive.HitsOf(request);
            if (sent == 150 || !expected.AsSpan().SequenceEqual(hits))
            {
                return sent;
            }

            int replica = (int)dice.NextBelow(popular);
            table.Sent(replica);
            naive.Sent(request, replica);
            if (dice.NextBelow(4) == 0)
            {
                ulong[] hashes = AnyPlaces(ref dice, request, block);
                int says = (int)dice.NextBelow(popular);
                if (dice.NextBelow(2) == 0)
                {
                    table.Stored(says, hashes);
                    naive.Stored(says, hashes);
                }
                else
                {
                    table.Removed(says, hashes);
                    naive.Removed(says, hashes);
                }
            }

            if (dice.NextBelow(10) == 0)
            {
                (int forgets, long kept) = ((int)dice.NextBelow(popular), dice.NextBelow(3) == 0 ? 0 : dice.NextBelow(20_000));
                table.Forget(forgets, kept);
                naive.Forget(forgets, kept);
            }
        }
    }

    // Some of the places of a prompt, perhaps twice, and perhaps one that nobody has.
    private static ulong[] AnyPlaces(ref RandomStream dice, in InferenceRequest request, int block)
    {
        int step = PrefixStride.HashesFor(block);
        List<ulong> places = [];
        for (int hash = step - 1; hash < request.Details!.PrefixHashArray.Length; hash += step)
        {
            for (long times = dice.NextBelow(3); times > 0; times--)
            {
                places.Add(request.Details.PrefixHashArray[hash]);
            }
        }

        return dice.NextBelow(3) == 0 ? [.. places, (ulong)dice.NextBelow(1_000)] : [.. places];
    }

    // Up to forty strides, each with one of a few contents, and perhaps blocks that fill none; the prompt may end before its hashes.
    private static InferenceRequest Any(ref RandomStream dice, int blockTokens, long contents)
    {
        int step = Math.Max(1, 512 / blockTokens);
        ulong[] hashes = new ulong[(dice.NextBelow(dice.NextBelow(4) == 0 ? 40 : 8) * step) + dice.NextBelow(step)];
        ulong content = 0;
        ulong hash = (ulong)blockTokens;
        for (int i = 0; i < hashes.Length; i++)
        {
            content = i % step == 0 && dice.NextBelow(4) == 0 ? (ulong)dice.NextBelow(contents) : content;
            hash = StableHash.Combine(hash, content);
            hashes[i] = hash;
        }

        return Request(blockTokens, Math.Max(1, (hashes.Length * blockTokens) - (int)dice.NextBelow(1_000)), hashes);
    }

    private static InferenceRequest Request(int blockTokens, int promptTokens, ulong[] hashes) => new(
        new RequestId(0), Instant.Zero, promptTokens, 1, new RequestDetails { BlockTokens = blockTokens, PrefixHashArray = hashes });
}

using Plimsoll.Core;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Testing;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

/// <summary>Which prefixes an engine holds, by the tokens of its events.</summary>
public sealed class EngineCachePrefixTests
{
    // Two blocks of these are one place.
    private const int BlockTokens = 256;

    [Fact]
    public void A_block_whose_tokens_are_known_from_the_beginning_has_a_hash_of_ours()
    {
        EngineCache cache = Connected();
        int[] tokens = [.. Enumerable.Range(0, 4 * BlockTokens)];

        cache.Take(0, Batch(Stored(null, tokens.AsMemory(0, 3 * BlockTokens), 71, 72, 73)));
        cache.Take(1, Batch(Stored(73, tokens.AsMemory(3 * BlockTokens), 74)));

        ulong[] hashes = TokenPrefixes.Of(null, tokens, BlockTokens);
        Assert.Equal([hashes[1], hashes[3]], cache.TakeChanges().Stored);
        Assert.Equal((4, 2), (cache.Facts.KnownContents, cache.Facts.Prefixes));
        cache.Take(2, Batch(new KvEvent(KvEventKind.BlockRemoved, [74])));
        CacheChanges changes = cache.TakeChanges();
        Assert.Equal([hashes[3]], changes.Removed);
        Assert.Empty(changes.Stored);
    }

    [Fact]
    public void An_adapter_has_prefixes_of_its_own()
    {
        EngineCache cache = Connected();
        int[] tokens = new int[2 * BlockTokens];

        cache.Take(0, Batch(Stored(null, tokens, 1, 2) with { Adapter = "a" }));

        Assert.Equal([TokenPrefixes.Of("a", tokens, BlockTokens)[1]], cache.Prefixes());
        Assert.NotEqual(TokenPrefixes.Of(null, tokens, BlockTokens)[1], cache.Prefixes()[0]);
    }

    [Fact]
    public void What_depends_on_more_or_follows_the_unknown_is_not_known()
    {
        EngineCache cache = Connected();
        int[] tokens = new int[2 * BlockTokens];

        cache.Take(0, Batch(
            Stored(null, tokens, 1, 2) with { PlainBlocks = 0 },
            Stored(null, tokens, 3, 4) with { PlainBlocks = 1 },
            Stored(99, tokens, 5, 6),
            Stored(2, tokens, 7, 8),
            Stored(null, tokens.AsMemory(1), 9, 10)));

        Assert.Equal((10, 1, 0), (cache.Facts.Contents, cache.Facts.KnownContents, cache.Facts.Prefixes));
    }

    [Fact]
    public void After_a_loss_the_changes_are_all_that_is_there()
    {
        EngineCache cache = Connected();
        int[] tokens = new int[2 * BlockTokens];
        cache.Take(0, Batch(Stored(null, tokens, 1, 2)));
        cache.TakeChanges();

        Assert.True(cache.Take(5, Batch(Stored(null, tokens, 1, 2))));

        Assert.Equal([TokenPrefixes.Of(null, tokens, BlockTokens)[1]], cache.TakeChanges().Stored);
    }

    [Fact]
    public void Agrees_with_a_list_of_prompts()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 150); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("prefixes");
            EngineCache cache = Connected();
            List<(UInt128 Block, int[] Prompt)> held = [];
            HashSet<ulong> told = [];
            for (int sequence = 0; sequence < 60; sequence++)
            {
                cache.Take(sequence, Batch(held.Count > 0 && dice.NextBelow(3) == 0 ? Removal(ref dice, held) : Storage(ref dice, held)));
                if (dice.NextBelow(3) == 0)
                {
                    CacheChanges changes = cache.TakeChanges();
                    Assert.Empty(changes.Stored.Intersect(changes.Removed));
                    told.UnionWith(changes.Stored);
                    told.ExceptWith(changes.Removed);
                    IEnumerable<int[]> places = held.Select(one => one.Prompt).Where(prompt => prompt.Length % 512 == 0);
                    HashSet<ulong> expected = [.. places.Select(prompt => TokenPrefixes.Of(null, prompt, BlockTokens)[^1])];
                    Assert.True(expected.SetEquals(told) && expected.SetEquals(cache.Prefixes()), $"seed {seed}, batch {sequence}");
                }
            }
        }
    }

    // A prompt of one of few contents, from its beginning or from a block on that is held.
    private static KvEvent Storage(ref RandomStream dice, List<(UInt128 Block, int[] Prompt)> held)
    {
        List<int> prompt = [];
        UInt128? parent = null;
        if (held.Count > 0 && dice.NextBelow(2) == 0)
        {
            (UInt128 block, int[] before) = held[(int)dice.NextBelow(held.Count)];
            (parent, prompt) = (block, [.. before]);
        }

        int from = prompt.Count;
        UInt128[] blocks = new UInt128[1 + dice.NextBelow(4)];
        for (int i = 0; i < blocks.Length; i++)
        {
            prompt.AddRange(Enumerable.Repeat((int)dice.NextBelow(2), BlockTokens));
            blocks[i] = ((UInt128)StableHash.Of(string.Concat(prompt.Where((_, at) => at % BlockTokens == 0))) << 64) + (ulong)prompt.Count;
            held.Add((blocks[i], [.. prompt]));
        }

        return Stored(parent, prompt[from..].ToArray(), blocks);
    }

    private static KvEvent Removal(ref RandomStream dice, List<(UInt128 Block, int[] Prompt)> held)
    {
        int index = (int)dice.NextBelow(held.Count);
        UInt128 block = held[index].Block;
        held.RemoveAt(index);
        return new KvEvent(KvEventKind.BlockRemoved, [block]);
    }

    private static EngineCache Connected()
    {
        var cache = new EngineCache();
        cache.Begin();
        return cache;
    }

    private static KvEventBatch Batch(params KvEvent[] events) => new(0, events);

    private static KvEvent Stored(UInt128? parent, ReadOnlyMemory<int> tokens, params UInt128[] blocks) =>
        new(KvEventKind.BlockStored, blocks, parent, BlockTokens) { TokenIds = tokens, PlainBlocks = blocks.Length };
}

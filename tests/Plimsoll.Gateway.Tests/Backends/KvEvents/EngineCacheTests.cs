using Plimsoll.Core;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

public sealed class EngineCacheTests
{
    [Fact]
    public void From_the_first_batch_on_it_is_exact()
    {
        EngineCache cache = Connected();

        Assert.False(cache.Take(0, Batch(Stored(1, 2, 3))));
        Assert.False(cache.Take(1, Batch(Stored(3), Removed(1, 3))));

        EngineCacheFacts facts = cache.Facts;
        Assert.Equal((true, true, 2L, 2, 16), (facts.Connected, facts.IsExact, facts.Blocks, facts.Contents, facts.BlockTokens));
        Assert.Equal((4L, 2L, 0L), (facts.StoredBlocks, facts.RemovedBlocks, facts.Losses));
        Assert.True(cache.Holds(3));
        Assert.False(cache.Holds(1));
    }

    [Fact]
    public void Who_comes_late_knows_a_part_and_what_it_never_saw_may_be_removed()
    {
        EngineCache cache = Connected();

        Assert.False(cache.Take(700, Batch(Stored(1, 2), Removed(9))));

        Assert.Equal((false, 2L), (cache.Facts.IsExact, cache.Facts.Blocks));
        Assert.Null(cache.TakeShrunkTokens());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MinValue, false)]
    public void Any_other_number_than_the_next_drops_all_that_was_known(long sequence, bool isExact)
    {
        EngineCache cache = Connected();
        cache.Take(0, Batch(Stored(1)));
        cache.Take(1, Batch(Stored(2)));

        Assert.True(cache.Take(sequence, Batch(Stored(3))));

        Assert.Equal((isExact, 1L, 1L), (cache.Facts.IsExact, cache.Facts.Blocks, cache.Facts.Losses));
        Assert.True(cache.Holds(3));
        Assert.False(cache.Holds(1));
    }

    [Fact]
    public void After_a_clearing_it_is_exact_whatever_was_before()
    {
        EngineCache cache = Connected();
        cache.Take(5, Batch(Stored(1)));

        Assert.True(cache.Take(6, Batch(Stored(2), new KvEvent(KvEventKind.AllBlocksCleared, []), Stored(3))));
        Assert.False(cache.Take(7, Batch(Stored(4))));

        Assert.Equal((true, 2L, 0L), (cache.Facts.IsExact, cache.Facts.Blocks, cache.Facts.Losses));
    }

    [Fact]
    public void The_end_of_the_connection_drops_all_and_another_begins_with_nothing()
    {
        EngineCache cache = Connected();
        cache.Take(0, Batch(Stored(1)));

        cache.End();
        Assert.Equal((false, false, 0L, 1L), (cache.Facts.Connected, cache.Facts.IsExact, cache.Facts.Blocks, cache.Facts.Losses));
        cache.Begin();

        Assert.False(cache.Take(1, Batch(Stored(2))));
        Assert.Equal((true, false, 1L), (cache.Facts.Connected, cache.Facts.IsExact, cache.Facts.Blocks));
    }

    [Fact]
    public void What_is_left_is_told_once_after_blocks_have_gone()
    {
        EngineCache cache = Connected();
        cache.Take(0, Batch(Stored(1, 2, 3)));
        Assert.Null(cache.TakeShrunkTokens());

        cache.Take(1, Batch(Removed(2)));

        Assert.Equal(32, cache.TakeShrunkTokens());
        Assert.Null(cache.TakeShrunkTokens());
    }

    [Fact]
    public void More_than_can_be_remembered_is_dropped()
    {
        var cache = new EngineCache(mostContents: 3);
        cache.Begin();
        cache.Take(0, Batch(Stored(1, 2, 3)));

        Assert.True(cache.Take(1, Batch(Stored(4))));
        Assert.False(cache.Take(2, Batch(Stored(5))));

        Assert.Equal((false, 1L, 1L), (cache.Facts.IsExact, cache.Facts.Blocks, cache.Facts.Losses));
    }

    [Fact]
    public void Agrees_with_a_list_of_blocks()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("cache");
            EngineCache cache = Connected();
            List<UInt128> blocks = [];
            for (int sequence = 0; sequence < 60; sequence++)
            {
                UInt128 block = (ulong)dice.NextBelow(20);
                bool stores = blocks.Count == 0 || dice.NextBelow(2) == 0;
                block = stores ? block : blocks[(int)dice.NextBelow(blocks.Count)];
                if (stores)
                {
                    blocks.Add(block);
                }
                else
                {
                    blocks.Remove(block);
                }

                cache.Take(sequence, Batch(stores ? Stored(block) : Removed(block)));
                Assert.True(blocks.Count == cache.Facts.Blocks && blocks.Distinct().Count() == cache.Facts.Contents, $"seed {seed}, batch {sequence}");
            }
        }
    }

    private static EngineCache Connected()
    {
        var cache = new EngineCache();
        cache.Begin();
        return cache;
    }

    private static KvEventBatch Batch(params KvEvent[] events) => new(0, events);

    private static KvEvent Stored(params UInt128[] blocks) => new(KvEventKind.BlockStored, blocks, null, 16);

    private static KvEvent Removed(params UInt128[] blocks) => new(KvEventKind.BlockRemoved, blocks);
}

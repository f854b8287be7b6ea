using Plimsoll.Core;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Wire.Tests.KvEvents;

public sealed class KvEventReaderTests
{
    private static readonly byte[] Time = [0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Stored = [0xAB, .. "BlockStored"u8];
    private static readonly byte[] Removed = [0xAC, .. "BlockRemoved"u8];
    private static readonly byte[] Cleared = [0xB0, .. "AllBlocksCleared"u8];

    [Fact]
    public void A_batch_of_arrays_with_whole_numbers_as_hashes()
    {
        KvEventBatch batch = KvEventReader.Read(
        [
            0x93, .. Time, 0x93,
            0x97, .. Stored, 0x92, 0xCF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0x05, 0xCD, 1, 0, 0x93, 1, 0xCC, 200, 0xCE, 0, 1, 0, 0, 0x10, 0xC0, 0xA3, .. "GPU"u8,
            0x93, .. Removed, 0x91, 0xD3, 255, 255, 255, 255, 255, 255, 255, 254, 0xC0,
            0x91, .. Cleared,
            0x02,
        ]);

        Assert.Equal((1.5, 2, 3), (batch.Time, batch.Rank, batch.Events.Count));
        Assert.Equal([0x8000_0000_0000_0001, 5], batch.Events[0].Blocks);
        Assert.Equal((KvEventKind.BlockStored, (UInt128)256, 16), (batch.Events[0].Kind, batch.Events[0].ParentBlock, batch.Events[0].BlockTokens));
        Assert.Equal((KvEventKind.BlockRemoved, null, 0), (batch.Events[1].Kind, batch.Events[1].ParentBlock, batch.Events[1].BlockTokens));
        Assert.Equal([(UInt128)0xFFFF_FFFF_FFFF_FFFE], batch.Events[1].Blocks);
        Assert.Equal(KvEventKind.AllBlocksCleared, batch.Events[2].Kind);
        Assert.Equal([1, 200, 65_536], batch.Events[0].TokenIds.ToArray());
        Assert.Equal((null, 2), (batch.Events[0].Adapter, batch.Events[0].PlainBlocks));
    }

    [Fact]
    public void An_adapter_and_what_else_a_block_depends_on_are_told()
    {
        byte[] two = [0x92, 1, 2, 0xC0, 0x92, 7, 8, 1];
        byte[] adapter = [0xA1, (byte)'a'];
        byte[] gpu = [0xA3, .. "GPU"u8];
        KvEventBatch batch = KvEventReader.Read(
        [
            0x92, .. Time, 0x97,
            0x98, .. Stored, .. two, 3, .. gpu, .. adapter,
            0x99, .. Stored, .. two, 3, .. gpu, .. adapter, 0x92, 0x91, .. adapter, 0x92, .. adapter, 0xA1, (byte)'s',
            0x99, .. Stored, .. two, 0xC0, .. gpu, 0xC0, 0x92, 0xC0, 0x91, 0xA4, .. "salt"u8,
            0x99, .. Stored, .. two, 0xC0, .. gpu, 0xC0, 0x92, 0x91, 0xC4, 1, 9, 0xC0,
            0x97, .. Stored, .. two, 3, .. gpu,
            0x99, .. Stored, .. two, 0xC0, .. gpu, 0xC0, 0xC0,
            0x97, .. Stored, 0x91, 1, 0xC0, 0x92, 0x92, 7, 8, 0xFF, 1, 0xC0, .. gpu,
        ]);

        Assert.Equal(["a", "a", null, null, null, null, null], batch.Events.Select(stored => stored.Adapter));
        Assert.Equal([2, 1, 1, 0, 0, 2, 1], batch.Events.Select(stored => stored.PlainBlocks));
        Assert.Equal([2, 2, 2, 2, 2, 2, 0], batch.Events.Select(stored => stored.TokenIds.Length));
    }

    [Fact]
    public void Hashes_may_be_bytes_and_count_by_their_first_sixteen()
    {
        byte[] hash = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

        KvEventBatch batch = KvEventReader.Read([0x92, .. Time, 0x91, 0x92, .. Removed, 0x92, 0xC4, 32, .. hash, 0xC4, 1, 9]);

        Assert.Equal([new UInt128(0x0102030405060708, 0x090A0B0C0D0E0F10), (UInt128)9 << 120], batch.Events[0].Blocks);
        Assert.Null(batch.Rank);
    }

    [Fact]
    public void Maps_are_read_by_name_in_any_order()
    {
        KvEventBatch batch = KvEventReader.Read(
        [
            0x83, 0xA6, .. "events"u8, 0x91,
            0x85, 0xAC, .. "block_hashes"u8, 0x91, 7, 0xA3, .. "new"u8, 0x81, 0xA1, .. "x"u8, 0x91, 0xC3, 0xAA, .. "block_size"u8, 64,
            0xA4, .. "type"u8, .. Stored, 0xA9, .. "token_ids"u8, 0x90,
            0xA2, .. "ts"u8, .. Time, 0xA5, .. "other"u8, 0xC2,
        ]);

        KvEvent only = Assert.Single(batch.Events);
        Assert.Equal((KvEventKind.BlockStored, 64, null), (only.Kind, only.BlockTokens, only.ParentBlock));
        Assert.Equal([(UInt128)7], only.Blocks);
    }

    [Fact]
    public void Later_fields_and_kinds_and_other_memories_are_passed_over()
    {
        byte[] extension = [0xD6, 1, 2, 3, 4, 5];
        KvEventBatch batch = KvEventReader.Read(
        [
            0x95, .. Time, 0x95,
            0x98, .. Stored, 0x91, 1, 0xC0, 0x90, 16, 0xC0, 0xC0, .. extension,
            0x94, .. Removed, 0x91, 1, 0xA3, .. "gpu"u8, 0xCA, 0, 0, 0, 0,
            0x93, .. Removed, 0x91, 1, 0xA3, .. "CPU"u8,
            0x97, .. Stored, 0x91, 2, 0xC0, 0x90, 16, 0xC0, 0xA3, .. "CPU"u8,
            0x92, 0xA5, .. "Later"u8, 0xC7, 1, 9, 9,
            0xC0, 0xA1, .. "x"u8, 0xD9, 1, (byte)'y',
        ]);

        Assert.Equal([KvEventKind.BlockStored, KvEventKind.BlockRemoved], batch.Events.Select(happened => happened.Kind));
        Assert.Null(batch.Rank);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xC0 })]
    [InlineData(new byte[] { 0x90 })]
    [InlineData(new byte[] { 0xC1 })]
    [InlineData(new byte[] { 0xDD, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0xDF, 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 0x92, 1, 0xDD, 127, 255, 255, 255 })]
    [InlineData(new byte[] { 0x92, 1, 0x91, 0x92, 0xA1, 65, 0xDB, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0x93, 1, 0x90, 0xFF })]
    [InlineData(new byte[] { 0x92, 1, 0x91, 0x91, 0xAC, 66, 108, 111, 99, 107, 82, 101, 109, 111, 118, 101, 100 })]
    public void What_is_no_batch_is_refused(byte[] bytes) => Assert.Throws<FormatException>(() => KvEventReader.Read(bytes));

    [Fact]
    public void Depth_costs_nothing()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xC0];

        Assert.Empty(KvEventReader.Read([0x93, .. Time, 0x91, 0x92, 0xA1, 65, .. nested, 0xC0]).Events);
    }

    [Fact]
    public void Bytes_cut_or_changed_anywhere_are_read_or_refused()
    {
        byte[] whole = KvEventWriter.Write(Any(new RandomTree(7).Stream("batch")));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<FormatException>(() => KvEventReader.Read(whole.AsSpan(0, length)));
        }

        RandomStream dice = new RandomTree(8).Stream("noise");
        for (int i = 0; i < 20_000; i++)
        {
            byte[] changed = [.. whole];
            changed[dice.NextBelow(whole.Length)] = (byte)dice.NextBelow(256);
            Exception? refusal = Record.Exception(() => KvEventReader.Read(changed));
            Assert.True(refusal is null or FormatException, $"change {i}: {refusal}");
        }
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            KvEventBatch batch = Any(new RandomTree(seed).Stream("batch"));

            KvEventBatch again = KvEventReader.Read(KvEventWriter.Write(batch));

            Assert.Equal((batch.Time, batch.Rank, batch.Events.Count), (again.Time, again.Rank, again.Events.Count));
            foreach ((KvEvent was, KvEvent now) in batch.Events.Zip(again.Events))
            {
                Assert.True(Same(was, now), $"seed {seed}");
                Assert.Equal(was.Blocks, now.Blocks);
                Assert.Equal(was.TokenIds.ToArray(), now.TokenIds.ToArray());
            }
        }
    }

    private static bool Same(KvEvent a, KvEvent b) =>
        (a.Kind, a.ParentBlock, a.BlockTokens, a.PlainBlocks) == (b.Kind, b.ParentBlock, b.BlockTokens, b.PlainBlocks);

    private static int[] TokenIds(ref RandomStream dice, int count)
    {
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = (int)dice.NextBelow(dice.NextBelow(2) == 0 ? 300 : 1L << 31);
        }

        return tokens;
    }

    private static KvEventBatch Any(RandomStream dice)
    {
        List<KvEvent> events = [];
        for (long left = dice.NextBelow(40); left >= 0; left--)
        {
            UInt128[] blocks = new UInt128[dice.NextBelow(30)];
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = (ulong)dice.NextBelow(dice.NextBelow(2) == 0 ? 200 : long.MaxValue);
            }

            events.Add(dice.NextBelow(5) switch
            {
                0 => new KvEvent(KvEventKind.AllBlocksCleared, []),
                1 => new KvEvent(KvEventKind.BlockRemoved, blocks),
                _ => new KvEvent(
                    KvEventKind.BlockStored, blocks, dice.NextBelow(2) == 0 ? null : (UInt128)(ulong)dice.NextBelow(long.MaxValue), 16)
                {
                    TokenIds = TokenIds(ref dice, blocks.Length * 16),
                    PlainBlocks = (int)dice.NextBelow(blocks.Length + 1),
                },
            });
        }

        return new KvEventBatch(dice.NextBelow(1_000_000), events, dice.NextBelow(2) == 0 ? null : (int)dice.NextBelow(8));
    }
}

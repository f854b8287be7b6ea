using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Wire.KvEvents;

/// <summary>
/// Writes batches of KV cache events as vLLM does, in the array form. Hashes are whole numbers of 64 bits.
/// </summary>
public static class KvEventWriter
{
    /// <summary>One batch.</summary>
    public static byte[] Write(KvEventBatch batch)
    {
        var to = new ArrayBufferWriter<byte>();
        Head(to, 0x90, 0xDC, 3);
        Byte(to, 0xCB);
        BinaryPrimitives.WriteDoubleBigEndian(to.GetSpan(8), batch.Time);
        to.Advance(8);
        Head(to, 0x90, 0xDC, batch.Events.Count);
        foreach (KvEvent happened in batch.Events)
        {
            Event(to, happened);
        }

        Whole(to, batch.Rank is { } rank ? (ulong)rank : null);
        return to.WrittenSpan.ToArray();
    }

    private static void Event(ArrayBufferWriter<byte> to, KvEvent happened)
    {
        Head(to, 0x90, 0xDC, happened.Kind switch
        {
            KvEventKind.BlockStored => IsPlain(happened) ? 7 : 9,
            KvEventKind.BlockRemoved => 3,
            _ => 1,
        });
        Text(to, happened.Kind.ToString());
        if (happened.Kind == KvEventKind.AllBlocksCleared)
        {
            return;
        }

        Head(to, 0x90, 0xDC, happened.Blocks.Count);
        foreach (UInt128 block in happened.Blocks)
        {
            Whole(to, (ulong)block);
        }

        if (happened.Kind == KvEventKind.BlockStored)
        {
            Whole(to, (ulong?)happened.ParentBlock);
            Head(to, 0x90, 0xDC, happened.TokenIds.Length);
            foreach (int token in happened.TokenIds.Span)
            {
                Token(to, token);
            }

            Whole(to, (ulong)happened.BlockTokens);
            Whole(to, null);
        }

        Text(to, "GPU");
        if (happened.Kind == KvEventKind.BlockStored && !IsPlain(happened))
        {
            Whole(to, null);
            Extras(to, happened);
        }
    }

    private static bool IsPlain(KvEvent stored) => stored.PlainBlocks == stored.Blocks.Count;

    // What the other blocks depend on is not said, but that they do.
    private static void Extras(ArrayBufferWriter<byte> to, KvEvent stored)
    {
        Head(to, 0x90, 0xDC, stored.Blocks.Count);
        for (int i = 0; i < stored.Blocks.Count; i++)
        {
            if (i < stored.PlainBlocks)
            {
                Whole(to, null);
            }
            else
            {
                Head(to, 0x90, 0xDC, 1);
                Text(to, "salt");
            }
        }
    }

    private static void Text(ArrayBufferWriter<byte> to, string text)
    {
        Byte(to, (byte)(0xA0 | text.Length));
        to.Advance(Encoding.ASCII.GetBytes(text, to.GetSpan(text.Length)));
    }

    private static void Head(ArrayBufferWriter<byte> to, byte small, byte large, int count)
    {
        if (count < 16)
        {
            Byte(to, (byte)(small | count));
            return;
        }

        Byte(to, (byte)(large + 1));
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(4), count);
        to.Advance(4);
    }

    private static void Whole(ArrayBufferWriter<byte> to, ulong? value)
    {
        if (value is null or < 128)
        {
            Byte(to, (byte)(value ?? 0xC0));
            return;
        }

        Byte(to, 0xCF);
        BinaryPrimitives.WriteUInt64BigEndian(to.GetSpan(8), value.Value);
        to.Advance(8);
    }

    private static void Token(ArrayBufferWriter<byte> to, int token)
    {
        if (token < 128)
        {
            Byte(to, (byte)token);
            return;
        }

        Byte(to, 0xCE);
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(4), token);
        to.Advance(4);
    }

    private static void Byte(ArrayBufferWriter<byte> to, byte value)
    {
        to.GetSpan(1)[0] = value;
        to.Advance(1);
    }
}

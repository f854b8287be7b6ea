using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Wire.KvEvents;

/// <summary>
/// Reads MessagePack from bytes that may be anybody's (github.com/msgpack/msgpack, spec.md): nothing is allocated for what is not there,
/// and depth costs nothing.
/// </summary>
internal ref struct MessagePackReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Bytes not yet read.</summary>
    public readonly int Left => _bytes.Length - _at;

    /// <summary>What comes next.</summary>
    public readonly MessagePackType Next => _at == _bytes.Length ? throw Cut() : _bytes[_at] switch
    {
        <= 0x7F or >= 0xE0 or (>= 0xCC and <= 0xD3) => MessagePackType.Whole,
        <= 0x8F or 0xDE or 0xDF => MessagePackType.Map,
        <= 0x9F or 0xDC or 0xDD => MessagePackType.Array,
        <= 0xBF or (>= 0xD9 and <= 0xDB) => MessagePackType.Text,
        0xC0 => MessagePackType.Nil,
        0xC2 or 0xC3 => MessagePackType.Flag,
        (>= 0xC4 and <= 0xC6) => MessagePackType.Bytes,
        0xCA or 0xCB => MessagePackType.Real,
        0xC1 => throw new FormatException("c1 begins nothing"),
        _ => MessagePackType.Extension,
    };

    /// <summary>Reads the head of an array: how many elements follow, no more than there are bytes.</summary>
    public int ReadArray() => Count(MessagePackType.Array, 0x90, 0xDC, 1);

    /// <summary>Reads the head of a map: how many pairs follow.</summary>
    public int ReadMap() => Count(MessagePackType.Map, 0x80, 0xDE, 2);

    /// <summary>Reads a text.</summary>
    public string ReadText()
    {
        Expect(MessagePackType.Text);
        byte head = Take(1)[0];
        uint length = head < 0xC0 ? (uint)(head & 0x1F) : Length(head - 0xD9);
        return Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Reads bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        Expect(MessagePackType.Bytes);
        return Take(Length(Take(1)[0] - 0xC4));
    }

    /// <summary>Reads a number.</summary>
    public double ReadReal()
    {
        if (Next == MessagePackType.Whole)
        {
            return (double)ReadWhole();
        }

        Expect(MessagePackType.Real);
        return Take(1)[0] == 0xCA ? BinaryPrimitives.ReadSingleBigEndian(Take(4)) : BinaryPrimitives.ReadDoubleBigEndian(Take(8));
    }

    /// <summary>Reads a whole number, signed or not, of at most 64 bits.</summary>
    public Int128 ReadWhole()
    {
        Expect(MessagePackType.Whole);
        byte head = Take(1)[0];
        return head switch
        {
            <= 0x7F => head,
            >= 0xE0 => (sbyte)head,
            0xCC => Take(1)[0],
            0xCD => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            0xCE => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            0xCF => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
            0xD0 => (sbyte)Take(1)[0],
            0xD1 => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
            0xD2 => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
            _ => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
        };
    }

    /// <summary>Passes over the next value, with all that is in it.</summary>
    public void Skip()
    {
        for (long left = 1; left > 0; left--)
        {
            switch (Next)
            {
                case MessagePackType.Array:
                    left += ReadArray();
                    break;
                case MessagePackType.Map:
                    left += 2L * ReadMap();
                    break;
                case MessagePackType.Text:
                    byte head = Take(1)[0];
                    Take(head < 0xC0 ? (uint)(head & 0x1F) : Length(head - 0xD9));
                    break;
                case MessagePackType.Bytes:
                    ReadBytes();
                    break;
                case MessagePackType.Whole:
                    ReadWhole();
                    break;
                case MessagePackType.Real:
                    ReadReal();
                    break;
                case MessagePackType.Extension:
                    byte kind = Take(1)[0];
                    Take((kind >= 0xD4 ? 1u << (kind - 0xD4) : Length(kind - 0xC7)) + 1);
                    break;
                default:
                    Take(1);
                    break;
            }
        }
    }

    private int Count(MessagePackType type, byte small, byte large, int bytesEach)
    {
        Expect(type);
        byte head = Take(1)[0];
        uint count = head < 0xC0 ? (uint)(head - small) : Length(head - large + 1);
        return (long)count * bytesEach <= Left ? (int)count : throw Cut();
    }

    // A length of 1, 2 or 4 bytes.
    private uint Length(int power) => power switch
    {
        0 => Take(1)[0],
        1 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        _ => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
    };

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)Left)
        {
            throw Cut();
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private readonly void Expect(MessagePackType type)
    {
        if (Next != type)
        {
            throw new FormatException($"byte {_at} begins a {Next}, not a {type}");
        }
    }

    private static FormatException Cut() => new("the bytes end in the middle of a value");
}

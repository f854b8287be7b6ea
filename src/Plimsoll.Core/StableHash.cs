using System.Buffers.Binary;
using System.Numerics;

namespace Plimsoll.Core;

/// <summary>Hashes that are the same in every process, release and platform; not for security.</summary>
public static class StableHash
{
    /// <summary>FNV-1a, 64 bits, over the UTF-16 code units of <paramref name="text"/>, low byte first, then mixed.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in text)
        {
            hash = (hash ^ (byte)c) * 0x100000001B3;
            hash = (hash ^ (byte)(c >> 8)) * 0x100000001B3;
        }

        return Mix(hash);
    }

    /// <summary>FNV-1a, 64 bits, over <paramref name="bytes"/>, then mixed.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return Mix(hash);
    }

    /// <summary>
    /// Hash of a long text that goes on from <paramref name="seed"/>: sixteen bytes at a time, each pair of words folded by a wide
    /// multiplication; the length counts.
    /// </summary>
    public static ulong Extend(ulong seed, ReadOnlySpan<byte> bytes)
    {
        ulong hash = seed ^ ((ulong)bytes.Length * 0x9E3779B97F4A7C15);
        ReadOnlySpan<byte> rest = bytes;
        for (; rest.Length >= 16; rest = rest[16..])
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ 0xD6E8FEB86659FD93);
        }

        foreach (byte b in rest)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return Mix(hash);
    }

    /// <summary>Order-dependent combination of two words.</summary>
    public static ulong Combine(ulong a, ulong b) => Mix(Mix(a) + 0x9E3779B97F4A7C15 + b);

    /// <summary>Order-dependent combination of three words.</summary>
    public static ulong Combine(ulong a, ulong b, ulong c) => Combine(Combine(a, b), c);

    /// <summary>The finaliser of SplitMix64: a bijection in which every input bit reaches every output bit.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    // Neither factor may be zero, or everything before would be forgotten.
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a | 1, b | 1, out ulong low);
        return high ^ low ^ a ^ BitOperations.RotateLeft(b, 32);
    }
}

using System.Numerics;

namespace Plimsoll.Core;

/// <summary>
/// One stream of pseudo-random numbers: xoshiro256** 1.0 (Blackman and Vigna, public domain), seeded through SplitMix64.
/// Our own, so that a seed means the same traffic in every release and on every platform; the test vectors are those its
/// authors publish. A mutable value: pass it by reference.
/// </summary>
public struct RandomStream
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>A stream whose four words of state are the first four outputs of SplitMix64 from <paramref name="seed"/>.</summary>
    public RandomStream(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    internal RandomStream(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>The four words of state, from which <see cref="Restored"/> goes on.</summary>
    public readonly ulong[] Saved() => [_s0, _s1, _s2, _s3];

    /// <summary>A stream that goes on where another was saved.</summary>
    /// <exception cref="ArgumentException">There are not four words, or all are zero.</exception>
    public static RandomStream Restored(ReadOnlySpan<ulong> words) => words.Length == 4 && words.ContainsAnyExcept(0UL)
        ? new RandomStream(words[0], words[1], words[2], words[3])
        : throw new ArgumentException("the state of a stream is four words, not all of them zero", nameof(words));

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>
    /// Uniform in the open interval (0, 1): 53 bits, centred, so that its logarithm is always finite; the last of them rounds to 1 and is
    /// held below.
    /// </summary>
    public double NextOpenUnit() => Math.Min(((NextUInt64() >> 11) + 0.5) * (1.0 / (1UL << 53)), 1 - (1.0 / (1UL << 53)));

    /// <summary>Uniform in 0 .. <paramref name="count"/> − 1, without bias (Lemire's multiply-and-reject).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    public long NextBelow(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ulong bound = (ulong)count;
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = unchecked(0UL - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return (long)high;
    }

    internal static ulong SplitMix64(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return StableHash.Mix(state);
    }
}

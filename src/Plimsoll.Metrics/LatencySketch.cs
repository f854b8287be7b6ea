using System.Numerics;
using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>
/// A distribution of durations in fixed memory: a histogram over whole nanoseconds whose buckets are one nanosecond wide below 512 ns
/// and then split every power of two into 256. A value read back lies within 1/512 (0.195 %) of one that was added; count, sum,
/// least and greatest are exact. Covers every non-negative <see cref="Duration"/> in 56 KiB and allocates nothing once constructed,
/// except a second 56 KiB if some bucket ever passes 2³² values.
/// </summary>
public sealed class LatencySketch
{
    private const int SubBucketBits = 8;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int Buckets = (64 - SubBucketBits) * SubBuckets;

    private readonly uint[] _low = new uint[Buckets];
    private uint[]? _high;
    private UInt128 _sum;
    private long _count;
    private long _min = long.MaxValue;
    private long _max = -1;

    /// <summary>Largest relative error of <see cref="Quantile"/>, as a fraction.</summary>
    public const double RelativeError = 1.0 / (2 * SubBuckets);

    /// <summary>Values added.</summary>
    public long Count => _count;

    /// <summary>Their sum in nanoseconds, exact.</summary>
    public UInt128 SumNanoseconds => _sum;

    /// <summary>The least value; zero when there is none.</summary>
    public Duration Min => _count == 0 ? Duration.Zero : new Duration(_min);

    /// <summary>The greatest value; zero when there is none.</summary>
    public Duration Max => _count == 0 ? Duration.Zero : new Duration(_max);

    /// <summary>Their mean in seconds; not a number when there is none.</summary>
    public double MeanSeconds => _count == 0 ? double.NaN : (double)_sum / _count / 1e9;

    /// <summary>Adds one value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Add(Duration value)
    {
        long nanoseconds = value.Nanoseconds;
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds, nameof(value));
        _count++;
        _sum += (ulong)nanoseconds;
        _min = Math.Min(_min, nanoseconds);
        _max = Math.Max(_max, nanoseconds);
        int bucket = BucketOf(nanoseconds);
        if (++_low[bucket] == 0)
        {
            Carry(bucket, 1);
        }
    }

    /// <summary>Adds the same value <paramref name="times"/> times; nothing when that is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Either is negative.</exception>
    public void Add(Duration value, long times)
    {
        long nanoseconds = value.Nanoseconds;
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds, nameof(value));
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        if (times == 0)
        {
            return;
        }

        _count += times;
        _sum += (UInt128)(ulong)nanoseconds * (ulong)times;
        _min = Math.Min(_min, nanoseconds);
        _max = Math.Max(_max, nanoseconds);
        AddToBucket(BucketOf(nanoseconds), (ulong)times);
    }

    /// <summary>Adds everything another sketch holds; the result equals one sketch that saw both.</summary>
    public void Merge(LatencySketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._count == 0)
        {
            return;
        }

        for (int bucket = BucketOf(other._min); bucket <= BucketOf(other._max); bucket++)
        {
            AddToBucket(bucket, other.InBucket(bucket));
        }

        _count += other._count;
        _sum += other._sum;
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
    }

    /// <summary>
    /// The value below which a fraction <paramref name="q"/> of the values lies, in seconds, by linear interpolation between the two
    /// nearest ranks (rank q·(n − 1), as NumPy's default does). Within <see cref="RelativeError"/> of what sorting would give; exact at 0
    /// and 1 and wherever all values are equal. Not a number when the sketch is empty.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is not in 0 .. 1.</exception>
    public double Quantile(double q)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(q);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(q, 1);
        if (_count == 0)
        {
            return double.NaN;
        }

        double rank = q * (_count - 1);
        long below = (long)rank;
        int bucket = BucketOf(_min);
        long cumulative = (long)InBucket(bucket);
        double lower = AtRank(below, ref bucket, ref cumulative);
        double fraction = rank - below;
        double upper = fraction > 0 ? AtRank(below + 1, ref bucket, ref cumulative) : lower;
        return (lower + ((upper - lower) * fraction)) / 1e9;
    }

    /// <summary>
    /// The cumulative distribution: a point at the least value with nothing below it, then one at the end of each bucket that is not
    /// empty, and one just before such a bucket where others are empty before it. All but the first are exact: the fraction of values
    /// not above theirs.
    /// </summary>
    public IReadOnlyList<CdfPoint> Cdf()
    {
        if (_count == 0)
        {
            return [];
        }

        List<CdfPoint> points = [new CdfPoint(_min / 1e9, 0)];
        long cumulative = 0;
        int next = BucketOf(_min);
        for (int bucket = next; bucket <= BucketOf(_max); bucket++)
        {
            long inBucket = (long)InBucket(bucket);
            if (inBucket == 0)
            {
                continue;
            }

            if (bucket > next)
            {
                points.Add(new CdfPoint((LowerBound(bucket) - 1) / 1e9, (double)cumulative / _count));
            }

            cumulative += inBucket;
            long last = LowerBound(bucket) + (Width(bucket) - 1);
            points.Add(new CdfPoint(Math.Min(last, _max) / 1e9, (double)cumulative / _count));
            next = bucket + 1;
        }

        return points;
    }

    private static int BucketOf(long nanoseconds)
    {
        int shift = Math.Max(0, 63 - SubBucketBits - BitOperations.LeadingZeroCount((ulong)nanoseconds));
        return (shift << SubBucketBits) + (int)(nanoseconds >> shift);
    }

    private static int Shift(int bucket) => Math.Max(0, (bucket >> SubBucketBits) - 1);

    private static long Width(int bucket) => 1L << Shift(bucket);

    private static long LowerBound(int bucket) => ((long)bucket - ((long)Shift(bucket) << SubBucketBits)) << Shift(bucket);

    private ulong InBucket(int bucket) => _low[bucket] | ((ulong)(_high?[bucket] ?? 0) << 32);

    private void AddToBucket(int bucket, ulong times)
    {
        ulong total = _low[bucket] + (times & uint.MaxValue);
        _low[bucket] = (uint)total;
        uint carry = (uint)(total >> 32) + (uint)(times >> 32);
        if (carry > 0)
        {
            Carry(bucket, carry);
        }
    }

    private void Carry(int bucket, uint carry)
    {
        _high ??= new uint[Buckets];
        _high[bucket] += carry;
    }

    /// <summary>The estimate of the value of a rank, from 0: its bucket's middle, but never outside what was seen.</summary>
    private double AtRank(long rank, ref int bucket, ref long cumulative)
    {
        if (rank == _count - 1)
        {
            return _max;
        }

        while (cumulative <= rank)
        {
            cumulative += (long)InBucket(++bucket);
        }

        double middle = LowerBound(bucket) + ((Width(bucket) - 1) / 2.0);
        return rank == 0 ? _min : Math.Clamp(middle, _min, _max);
    }
}

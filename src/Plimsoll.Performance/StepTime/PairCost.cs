namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Cost of prefill attention per half (query, key) pair. One pair may cost less than a picosecond, so the coefficient keeps twenty
/// fraction bits and the product is formed in 128 bits.
/// </summary>
internal readonly struct PairCost(double seconds)
{
    private const int FractionBits = 20;

    private readonly long _scaled = (long)Math.Round(seconds * 1e12 * (1L << FractionBits));

    /// <summary>Whole picoseconds of so many half pairs, rounded down.</summary>
    public long At(long halfPairs) => (long)(((Int128)_scaled * halfPairs) >> FractionBits);
}

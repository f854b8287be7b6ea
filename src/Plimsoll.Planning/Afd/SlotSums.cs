using System.Numerics;

namespace Plimsoll.Planning.Afd;

/// <summary>
/// The law of a slot from recorded requests, whatever joins prompts and outputs: the expectations of <see cref="SlotLaw"/> become sums
/// over the requests. The sums are whole numbers and exact; only the last division rounds.
/// </summary>
public sealed class SlotSums
{
    // Twice ΣD·P + ΣD(D − 1)/2, six times the sum of squares, and six times Σ over k < D of k·(P + k) and of k: all whole.
    private BigInteger _twiceLoad;
    private BigInteger _sixTimesSquares;
    private BigInteger _sixTimesAgeLoad;
    private BigInteger _twiceAge;
    private BigInteger _outputTokens;

    /// <summary>Requests so far.</summary>
    public long Requests { get; private set; }

    /// <summary>Adds a request.</summary>
    /// <param name="promptTokens">P, from 0.</param>
    /// <param name="outputTokens">D, from 1.</param>
    public void Add(int promptTokens, int outputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(promptTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputTokens);
        Int128 prompt = promptTokens;
        Int128 output = outputTokens;
        Int128 twiceAges = output * (output - 1);
        Int128 sixTimesAgeSquares = twiceAges * ((2 * output) - 1);
        _twiceLoad += (2 * output * prompt) + twiceAges;
        _sixTimesSquares += (6 * output * prompt * prompt) + (6 * prompt * twiceAges) + sixTimesAgeSquares;
        _sixTimesAgeLoad += (3 * prompt * twiceAges) + sixTimesAgeSquares;
        _twiceAge += twiceAges;
        _outputTokens += output;
        Requests++;
    }

    /// <summary>The law of a slot that serves such requests, each drawn independently.</summary>
    /// <exception cref="InvalidOperationException">There are no requests.</exception>
    public SlotLaw Law()
    {
        if (Requests == 0)
        {
            throw new InvalidOperationException("there are no requests");
        }

        BigInteger denominator = 12 * _outputTokens * _outputTokens;
        return new SlotLaw(
            Ratio(_twiceLoad, 2 * _outputTokens),
            Ratio((2 * _sixTimesSquares * _outputTokens) - (3 * _twiceLoad * _twiceLoad), denominator),
            Ratio((2 * _sixTimesAgeLoad * _outputTokens) - (3 * _twiceLoad * _twiceAge), denominator));
    }

    private static double Ratio(BigInteger numerator, BigInteger denominator)
    {
        BigInteger whole = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        return (double)whole + ((double)rest / (double)denominator);
    }
}

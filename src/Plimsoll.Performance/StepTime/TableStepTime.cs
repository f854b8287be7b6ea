using Plimsoll.Core;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Step time interpolated in a profile. Decode steps: linear in the total context between measured contexts, and linear in the number of
/// sequences between measured numbers, at the same total context. Prefill steps: linear in the tokens between measured prompts, after the
/// quadratic part of attention has been taken out; that part is fitted to chunks with a history and to several prompts in one step, where
/// the profile has them; below the smallest prompt, decodes that attend to little stand in. Mixed steps: the decode step, plus what the
/// prefill tokens add to a dense step of that size, plus their attention, plus a cost per context token fitted to the profile's mixed rows.
/// <para>Beyond the profile the outermost pieces go on. Curves may fall as well as rise. Immutable; may be shared by all threads.</para>
/// </summary>
public sealed class TableStepTime : IStepTimeModel
{
    private readonly int[] _sequences;
    private readonly StepCurve[] _decode;
    private readonly int[] _rowOfSequences;
    private readonly long _perSequenceBeyond;
    private readonly StepCurve _prefill;
    private readonly PairCost _pairs;
    private readonly long _perContextTokenMixed;

    internal TableStepTime(
        SortedList<int, StepCurve> decode, StepCurve prefill, double secondsPerHalfPair, double secondsPerContextTokenMixed)
    {
        Invariant.Holds(decode.Count > 0, "a profile has decode rows");
        _sequences = [.. decode.Keys];
        _decode = [.. decode.Values];
        _rowOfSequences = RowsBySequences(_sequences);
        _perSequenceBeyond = GrowthBeyond(_sequences, _decode);
        _prefill = prefill;
        _pairs = new PairCost(secondsPerHalfPair);
        _perContextTokenMixed = Picoseconds.FromSeconds(secondsPerContextTokenMixed);
    }

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape)
    {
        if (shape.PrefillSequences == 0)
        {
            return Decode(shape.DecodeSequences, shape.DecodeContextTokens);
        }

        long attention = _pairs.At(shape.PrefillAttentionPairs);
        if (shape.DecodeSequences == 0)
        {
            return Math.Max(1, _prefill.ValueAt(shape.PrefillTokens) + attention);
        }

        long dense = _prefill.ValueAt(shape.PrefillTokens + shape.DecodeSequences) - _prefill.ValueAt(shape.DecodeSequences);
        return Decode(shape.DecodeSequences, shape.DecodeContextTokens)
            + Math.Max(0, dense)
            + attention
            + (_perContextTokenMixed * shape.DecodeContextTokens);
    }

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens)
    {
        int largest = _sequences[^1];
        int row = _rowOfSequences[Math.Min(sequences, largest)];
        (long start, long value, long slope, long end) = _decode[row].PieceAt(contextTokens);
        if (sequences >= largest || sequences <= _sequences[0])
        {
            long beyond = _perSequenceBeyond * Math.Max(0, sequences - largest);
            return new DecodeLine(value + beyond - (slope * start), slope, end);
        }

        (long nextStart, long nextValue, long nextSlope, long nextEnd) = _decode[row + 1].PieceAt(contextTokens);
        long from = Math.Max(start, nextStart);
        long weight = sequences - _sequences[row];
        long whole = _sequences[row + 1] - _sequences[row];
        long blended = Blend(value + (slope * (from - start)), nextValue + (nextSlope * (from - nextStart)), weight, whole);
        long blendedSlope = Blend(slope, nextSlope, weight, whole);
        return new DecodeLine(blended - (blendedSlope * from), blendedSlope, Math.Min(end, nextEnd));
    }

    /// <summary>Between two rows; times up to 100 s and 8,192 sequences leave room for hundredfold extrapolation in 64 bits.</summary>
    private static long Blend(long low, long high, long weight, long whole) => checked((low * (whole - weight)) + (high * weight)) / whole;

    /// <summary>Row at or below each number of sequences, for a lookup without a search.</summary>
    private static int[] RowsBySequences(int[] sequences)
    {
        var rows = new int[sequences[^1] + 1];
        int row = 0;
        for (int count = 0; count < rows.Length; count++)
        {
            while (row + 1 < sequences.Length && sequences[row + 1] <= count)
            {
                row++;
            }

            rows[count] = row;
        }

        return rows;
    }

    /// <summary>
    /// What one more sequence costs past the largest batch: the rise between the last two rows at a context both have, never negative.
    /// </summary>
    private static long GrowthBeyond(int[] sequences, StepCurve[] curves)
    {
        if (sequences.Length < 2)
        {
            return 0;
        }

        long context = Math.Min(curves[^1].LastAt, curves[^2].LastAt);
        return Math.Max(0, (curves[^1].ValueAt(context) - curves[^2].ValueAt(context)) / (sequences[^1] - sequences[^2]));
    }

    private long Decode(int sequences, long contextTokens)
    {
        DecodeLine line = DecodeLineAt(sequences, contextTokens);
        return line.BasePicoseconds + (line.PicosecondsPerContextToken * contextTokens);
    }
}

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// A step costs a constant, plus so much for each prefill token, each decoding sequence and each context token; context tokens may
/// cost extra in steps that mix prefill and decode (attention kernels lose their decode-specialised path there).
/// <para>t = C0 + a·prefill + b·sequences + (c + m·[mixed])·context</para>
/// </summary>
public sealed class AffineStepTime : IStepTimeModel
{
    private readonly long _constant;
    private readonly long _perPrefillToken;
    private readonly long _perSequence;
    private readonly long _perContextToken;
    private readonly long _perContextTokenMixed;
    private readonly SizeClassConstants? _classes;

    /// <summary>
    /// All coefficients in seconds, finite and not negative; rounded here, once, to whole picoseconds. <paramref name="classes"/> adds a
    /// constant that depends on the size class of the batch.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is negative, not finite or beyond 1,000 s, or all are zero.</exception>
    public AffineStepTime(
        double constantSeconds,
        double secondsPerPrefillToken = 0,
        double secondsPerSequence = 0,
        double secondsPerContextToken = 0,
        double extraSecondsPerContextTokenWhenMixed = 0,
        SizeClassConstants? classes = null)
    {
        _constant = Picoseconds.FromSeconds(constantSeconds);
        _perPrefillToken = Picoseconds.FromSeconds(secondsPerPrefillToken);
        _perSequence = Picoseconds.FromSeconds(secondsPerSequence);
        _perContextToken = Picoseconds.FromSeconds(secondsPerContextToken);
        _perContextTokenMixed = _perContextToken + Picoseconds.FromSeconds(extraSecondsPerContextTokenWhenMixed);
        _classes = classes;
        ArgumentOutOfRangeException.ThrowIfZero(_constant + _perPrefillToken + _perSequence + _perContextToken, nameof(constantSeconds));
    }

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape)
    {
        long perContext = shape.PrefillSequences > 0 ? _perContextTokenMixed : _perContextToken;
        long total = ConstantOf(shape.DecodeSequences, shape.PrefillSequences)
            + (_perPrefillToken * shape.PrefillTokens)
            + (_perSequence * shape.DecodeSequences)
            + (perContext * shape.DecodeContextTokens);
        return Math.Max(1, total);
    }

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens)
    {
        long atZero = ConstantOf(sequences, 0) + (_perSequence * sequences);
        // With nothing but a per-prefill-token cost a decode step would take no time at all; the least step keeps clocks moving.
        bool takesNoTime = atZero == 0 && _perContextToken == 0;
        return new DecodeLine(takesNoTime ? 1 : atZero, _perContextToken, long.MaxValue);
    }

    private long ConstantOf(int decodes, int prefills) => _constant + (_classes?.Picoseconds(decodes, prefills) ?? 0);
}

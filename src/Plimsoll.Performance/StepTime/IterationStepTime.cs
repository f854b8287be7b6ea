namespace Plimsoll.Performance.StepTime;

/// <summary>
/// The iteration time of the scheduling papers: a constant, so much for each new prompt token, each request in the batch, and each token
/// that the batch has generated so far; prompts in memory cost nothing.
/// <para>t = C0 + a·new prompt tokens + b·requests + c·generated tokens</para>
/// Source: Jaillet et al., arXiv:2502.07115, published code (scheduling theory, section 6.1). A prompt of one token counts as a decode.
/// </summary>
public sealed class IterationStepTime : IStepTimeModel
{
    private readonly long _constant;
    private readonly long _perPromptToken;
    private readonly long _perSequence;
    private readonly long _perGeneratedToken;

    /// <summary>All coefficients in seconds, finite and not negative; rounded here, once, to whole picoseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is negative, not finite or beyond 1,000 s, or the first and third are
    /// zero.</exception>
    public IterationStepTime(double constantSeconds, double secondsPerPromptToken, double secondsPerSequence, double secondsPerGeneratedToken)
    {
        _constant = Picoseconds.FromSeconds(constantSeconds);
        _perPromptToken = Picoseconds.FromSeconds(secondsPerPromptToken);
        _perSequence = Picoseconds.FromSeconds(secondsPerSequence);
        _perGeneratedToken = Picoseconds.FromSeconds(secondsPerGeneratedToken);
        ArgumentOutOfRangeException.ThrowIfZero(_constant + _perSequence, nameof(constantSeconds));
    }

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape) => _constant
        + (_perPromptToken * shape.PrefillTokens)
        + (_perSequence * (shape.DecodeSequences + (long)shape.PrefillSequences))
        + (_perGeneratedToken * (shape.DecodeContextTokens - shape.DecodePromptTokens));

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens) => DecodeLineAt(sequences, contextTokens, 0);

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens, long promptTokens) =>
        new(_constant + (_perSequence * sequences) - (_perGeneratedToken * promptTokens), _perGeneratedToken, long.MaxValue);
}

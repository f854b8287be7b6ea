namespace Plimsoll.Performance.StepTime;

/// <summary>One measured or predicted step of a profile.</summary>
/// <param name="Shape">What ran.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Line">Line of the file, for messages.</param>
public readonly record struct ProfileRow(BatchShape Shape, double Seconds, int Line)
{
    /// <summary>Whole prompts only: no token of an earlier chunk is attended to, and a single sequence prefills.</summary>
    public bool IsFreshPrefill =>
        Shape is { DecodeSequences: 0, PrefillSequences: 1 } && Shape.PrefillAttentionPairs == Shape.PrefillTokens * Shape.PrefillTokens;

    /// <summary>Nothing but decodes.</summary>
    public bool IsDecode => Shape is { PrefillSequences: 0, DecodeSequences: > 0 };
}

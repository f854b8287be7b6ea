namespace Plimsoll.Performance.StepTime;

/// <summary>What a step-time model needs to know about one engine step: sums over its batch, never the batch itself.</summary>
/// <param name="PrefillTokens">New prompt (or recomputed) tokens over all prefilling sequences.</param>
/// <param name="PrefillSequences">Sequences that prefill in this step; more than zero with decodes makes the step mixed.</param>
/// <param name="PrefillAttentionPairs">
/// Sum over prefilling sequences of chunk·(2·history + chunk), twice the number of (query, key) pairs: an integer, so that sums are exact.
/// </param>
/// <param name="DecodeSequences">Sequences that compute one token each.</param>
/// <param name="DecodeContextTokens">Sum over decoding sequences of the tokens attended to, the one being computed included.</param>
/// <param name="DecodePromptTokens">Of the decode context, the tokens of prompts; what is left was generated. Few models ask.</param>
public readonly record struct BatchShape(
    long PrefillTokens,
    int PrefillSequences,
    long PrefillAttentionPairs,
    int DecodeSequences,
    long DecodeContextTokens,
    long DecodePromptTokens = 0)
{
    /// <summary>True when prefill and decode share the step.</summary>
    public bool IsMixed => PrefillSequences > 0 && DecodeSequences > 0;

    /// <summary>True when there is nothing to run.</summary>
    public bool IsEmpty => PrefillSequences == 0 && DecodeSequences == 0;
}

using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// What was in an engine step and how long it took; or the mean of both over many steps, from which only forms that are linear in what
/// is in a step can learn.
/// </summary>
public readonly record struct StepObservation
{
    /// <summary>New prompt tokens over all prefilling sequences.</summary>
    public required double PrefillTokens { get; init; }

    /// <summary>Sequences that prefill.</summary>
    public required double PrefillSequences { get; init; }

    /// <summary>Sum over prefilling sequences of the tokens before their chunk.</summary>
    public required double HistoryTokens { get; init; }

    /// <summary>Sum over prefilling sequences of chunk·(2·history + chunk), twice the number of (query, key) pairs.</summary>
    public required double HalfPairs { get; init; }

    /// <summary>Sequences that compute one token each.</summary>
    public required double DecodeSequences { get; init; }

    /// <summary>Sum of the contexts of the decoding sequences, the token being computed included.</summary>
    public required double ContextTokens { get; init; }

    /// <summary>The part of <see cref="ContextTokens"/> in steps that prefill too: all or nothing of a single step.</summary>
    public required double MixedContextTokens { get; init; }

    /// <summary>Share of the steps that prefill: 0 or 1 of a single step.</summary>
    public required double PrefillShare { get; init; }

    /// <summary>Seconds of a step, above 0.</summary>
    public required double Seconds { get; init; }

    /// <summary>True when this is a mean over steps.</summary>
    public bool IsAverage { get; init; }

    /// <summary>File it was read from; may be empty.</summary>
    public string File { get; init; }

    /// <summary>Line of that file; 0 when there is none.</summary>
    public int Line { get; init; }

    /// <summary>True when nothing but decodes was in it.</summary>
    public bool IsDecode => PrefillTokens == 0;

    /// <summary>True when prefill and decode shared it.</summary>
    public bool IsMixed => MixedContextTokens > 0;

    /// <summary>Equal chunks with equal histories before them.</summary>
    public static StepObservation OfStep(
        double prefillTokens, double prefillSequences, double historyTokensEach, double decodes, double contextTokens, double seconds) => new()
        {
            PrefillTokens = prefillTokens,
            PrefillSequences = prefillSequences,
            HistoryTokens = historyTokensEach * prefillSequences,
            HalfPairs = prefillSequences == 0
                ? 0
                : prefillTokens * ((2 * historyTokensEach) + (prefillTokens / prefillSequences)),
            DecodeSequences = decodes,
            ContextTokens = contextTokens,
            MixedContextTokens = prefillTokens > 0 ? contextTokens : 0,
            PrefillShare = prefillTokens > 0 ? 1 : 0,
            Seconds = seconds,
            File = "",
        };

    /// <summary>A row of a profile. Its histories follow from its pairs, equal ones being assumed.</summary>
    public static StepObservation OfRow(in ProfileRow row, string file)
    {
        BatchShape shape = row.Shape;
        double tokens = shape.PrefillTokens;
        double each = tokens == 0 ? 0 : ((shape.PrefillAttentionPairs / tokens) - (tokens / shape.PrefillSequences)) / 2;
        StepObservation step = OfStep(
            tokens, shape.PrefillSequences, Math.Max(0, Math.Round(each)), shape.DecodeSequences, shape.DecodeContextTokens, row.Seconds);
        return step with { HalfPairs = shape.PrefillAttentionPairs, File = file, Line = row.Line };
    }

    /// <summary>The shape of a single step; of a mean there is none.</summary>
    public BatchShape ToShape() => new(
        (long)PrefillTokens, (int)PrefillSequences, (long)HalfPairs, (int)DecodeSequences, (long)ContextTokens);
}

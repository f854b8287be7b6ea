namespace Plimsoll.Calibration.Fitting;

/// <summary>The forms that calibration knows, from the simplest.</summary>
public static class StepForms
{
    /// <summary>Name of the form that <c>--step-time affine:…</c> can say.</summary>
    public const string AffineMixed = "affine-mixed";

    /// <summary>Name of the table.</summary>
    public const string Table = "table";

    internal const string Constant = "constant_seconds";
    internal const string PerPrefillToken = "seconds_per_prefill_token";
    internal const string PerSequence = "seconds_per_sequence";
    internal const string PerContextToken = "seconds_per_context_token";
    internal const string WhenMixed = "extra_seconds_per_context_token_when_mixed";

    private static readonly FormTerm ConstantTerm = new(Constant, _ => 1);
    private static readonly FormTerm PrefillTerm = new(PerPrefillToken, step => step.PrefillTokens);
    private static readonly FormTerm SequenceTerm = new(PerSequence, step => step.DecodeSequences);
    private static readonly FormTerm ContextTerm = new(PerContextToken, step => step.ContextTokens);
    private static readonly FormTerm MixedTerm = new(WhenMixed, step => step.MixedContextTokens);
    private static readonly FormTerm PairTerm = new("seconds_per_half_pair", step => step.HalfPairs);
    private static readonly FormTerm HistoryTerm = new("seconds_per_history_token", step => step.HistoryTokens);
    private static readonly FormTerm PrefillingTerm = new("extra_seconds_when_prefilling", step => step.PrefillShare);

    private static readonly IStepForm[] Known =
    [
        new LinearForm("affine", "C0 + a·prefill + b·sequences + c·context", [ConstantTerm, PrefillTerm, SequenceTerm, ContextTerm]),
        new LinearForm(
            AffineMixed,
            "affine + m·context in mixed steps",
            [ConstantTerm, PrefillTerm, SequenceTerm, ContextTerm, MixedTerm]),
        new LinearForm(
            "chunk",
            "affine-mixed + q·Σ chunk·(2·history + chunk) + γ·history + h when prefilling",
            [ConstantTerm, PrefillTerm, SequenceTerm, ContextTerm, MixedTerm, PairTerm, HistoryTerm, PrefillingTerm]),
        new LinearForm(
            "ridge",
            "chunk with a bend in prefill tokens + sequences, where reading the weights gives way to computing",
            [new FormBend("bend_tokens", Tokens)],
            bends =>
            [
                ConstantTerm,
                new FormTerm("seconds_per_token_below_bend", step => Math.Min(Tokens(step), bends[0])),
                new FormTerm("seconds_per_token_above_bend", step => Math.Max(0, Tokens(step) - bends[0])),
                SequenceTerm, ContextTerm, MixedTerm, PairTerm, HistoryTerm,
            ]),
        new LinearForm(
            "piecewise",
            "chunk with a bend in decode sequences and one in prefill tokens",
            [new FormBend("bend_decode_sequences", step => step.DecodeSequences), new FormBend("bend_prefill_tokens", step => step.PrefillTokens)],
            bends =>
            [
                ConstantTerm,
                new FormTerm("seconds_per_sequence_below_bend", step => Math.Min(step.DecodeSequences, bends[0])),
                new FormTerm("seconds_per_sequence_above_bend", step => Math.Max(0, step.DecodeSequences - bends[0])),
                new FormTerm("seconds_per_prefill_token_below_bend", step => Math.Min(step.PrefillTokens, bends[1])),
                new FormTerm("seconds_per_prefill_token_above_bend", step => Math.Max(0, step.PrefillTokens - bends[1])),
                ContextTerm, MixedTerm, PairTerm, HistoryTerm,
            ]),
        new LinearForm(
            "size-classes",
            "chunk with a constant for decode steps of up to 32 sequences, 33 to 64, more, and for steps that prefill",
            [],
            _ =>
            [
                new FormTerm("constant_seconds_to_32_sequences", step => IsClass(step, 0, 32)),
                new FormTerm("constant_seconds_33_to_64_sequences", step => IsClass(step, 32, 64)),
                new FormTerm("constant_seconds_above_64_sequences", step => IsClass(step, 64, double.PositiveInfinity)),
                new FormTerm("constant_seconds_when_prefilling", step => step.PrefillShare),
                PrefillTerm, SequenceTerm, ContextTerm, MixedTerm, PairTerm, HistoryTerm,
            ]),
        new TableForm(),
    ];

    /// <summary>All forms.</summary>
    public static IReadOnlyList<IStepForm> All => Known;

    /// <summary>The form of that name; null when there is none.</summary>
    public static IStepForm? Find(string name) => Array.Find(Known, form => form.Name == name);

    private static double Tokens(StepObservation step) => step.PrefillTokens + step.DecodeSequences;

    private static double IsClass(in StepObservation step, double above, double upTo) =>
        step.DecodeSequences > above && step.DecodeSequences <= upTo ? 1 - step.PrefillShare : 0;
}

namespace Plimsoll.Policies.Batching;

/// <summary>Prefill-first continuous batching with whole prompts, as vLLM's first engine did it.</summary>
/// <remarks>
/// <para>
/// A step that can admit prompts runs prompts only, whole ones, as many as the budget takes; otherwise all running requests decode.
/// Blocks for the whole prompt are taken at admission, which leaves 1 % of all blocks free. Steps wait for each other; nothing is cached.
/// A chunk size means nothing here.
/// </para>
/// <para>
/// The engine's own default budget was the model's context length, at least 2048 tokens. A policy does not know the model, so the
/// default here is 8192, the context of the models of its time; a longer prompt is refused, so set the budget to the context length
/// for longer ones.
/// </para>
/// <para>Signals: none beyond what an engine knows of itself. Nothing can be stale.</para>
/// <para>
/// A bad idea with long prompts and a limit on inter-token latency: every admitted prompt stops all decodes for its whole length.
/// </para>
/// <para>
/// Source: W. Kwon et al., Efficient Memory Management for Large Language Model Serving with PagedAttention, SOSP 2023,
/// arXiv:2309.06180; the vLLM baseline of Sarathi-Serve.
/// </para>
/// </remarks>
/// <param name="budget">Most prompt tokens in one step, from 1.</param>
/// <param name="sequences">Most requests in the batch, from 1.</param>
public sealed class VllmV0Batching(int budget, int sequences) : IBatchingPolicy
{
    private static readonly PolicyOption<int> BudgetOption = new()
    {
        Name = "budget",
        Unit = "tokens",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 8192,
        Meaning = "Most prompt tokens in one step; a longer prompt is refused.",
    };

    private static readonly PolicyOption<int> SequencesOption = new()
    {
        Name = "sequences",
        Unit = "requests",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 256,
        Meaning = "Most requests in the batch.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "vllm-v0",
        Summary = "Prefill-first continuous batching with whole prompts, as in vLLM's first engine.",
        BadIdea = "With long prompts and a limit on inter-token latency: every admitted prompt stops all decodes for its whole length.",
        Source = "W. Kwon et al., PagedAttention, SOSP 2023, arXiv:2309.06180; the vLLM baseline of Sarathi-Serve.",
        Signals = Signals.None,
        Options = [BudgetOption, SequencesOption],
        Create = arguments => new VllmV0Batching(arguments.Of(BudgetOption), arguments.Of(SequencesOption)),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => overrides.ApplyTo(new BatchingRules
    {
        MaxSequences = sequences,
        TokenBudget = budget,
        ChunkedPrefill = false,
        Composition = StepComposition.PrefillOnly,
        Reservation = MemoryReservation.Prompt,
        WatermarkFraction = 0.01,
    });
}

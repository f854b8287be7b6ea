namespace Plimsoll.Policies.Batching;

/// <summary>Stall-free batching: every step carries all decodes, and prompts in chunks fill what is left of a small token budget.</summary>
/// <remarks>
/// <para>
/// All decodes first, whatever the budget; then unfinished prompts; then new ones, each with min(remaining prompt, budget − tokens so far).
/// Blocks for the whole prompt are taken at admission, which leaves 1 % of all blocks free. Steps wait for each other; nothing is cached.
/// </para>
/// <para>
/// Choose the budget as the largest multiple of 128 tokens for which a full step still meets the limit on inter-token latency: 512
/// for strict limits, 2048 for relaxed ones.
/// </para>
/// <para>Signals: none beyond what an engine knows of itself. Nothing can be stale.</para>
/// <para>
/// A bad idea when only throughput or TTFT counts: each chunk reads the KV of those before it again, and small steps use the GPU
/// less well.
/// </para>
/// <para>
/// Source: A. Agrawal et al., Taming Throughput-Latency Tradeoff in LLM Inference with Sarathi-Serve, OSDI 2024, arXiv:2403.02310, and its
/// published code.
/// </para>
/// </remarks>
/// <param name="budget">Most new tokens in one step, decodes not limited, from 1.</param>
/// <param name="sequences">Most requests in the batch, from 1.</param>
public sealed class SarathiBatching(int budget, int sequences) : IBatchingPolicy
{
    private static readonly PolicyOption<int> BudgetOption = new()
    {
        Name = "budget",
        Unit = "tokens",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 512,
        Meaning = "Tokens to which prompt chunks fill a step; decodes are never held back.",
    };

    private static readonly PolicyOption<int> SequencesOption = new()
    {
        Name = "sequences",
        Unit = "requests",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 128,
        Meaning = "Most requests in the batch.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "sarathi",
        Summary = "Stall-free batching: every step carries all decodes, and prompt chunks fill what is left of a small token budget.",
        BadIdea = "When only throughput or TTFT counts: chunks read the KV before them again, and small steps use the GPU less well.",
        Source = "A. Agrawal et al., Sarathi-Serve, OSDI 2024, arXiv:2403.02310, and its published code.",
        Signals = Signals.None,
        Options = [BudgetOption, SequencesOption],
        Create = arguments => new SarathiBatching(arguments.Of(BudgetOption), arguments.Of(SequencesOption)),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => overrides.ApplyTo(new BatchingRules
    {
        MaxSequences = sequences,
        TokenBudget = budget,
        Composition = StepComposition.DecodeFirst,
        Reservation = MemoryReservation.Prompt,
        WatermarkFraction = 0.01,
    });
}

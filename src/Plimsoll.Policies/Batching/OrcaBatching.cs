namespace Plimsoll.Policies.Batching;

/// <summary>Iteration-level batching: requests join and leave at every step, with whole prompts and all memory reserved.</summary>
/// <remarks>
/// <para>
/// A step carries the decodes of running requests and the whole prompts of new ones, up to a number of requests and without a token
/// budget. Memory for prompt and output is taken at admission and nothing can run out. Steps wait for each other; nothing is
/// cached; a chunk size means nothing here.
/// </para>
/// <para>
/// Signals: TrueOutputLength, because the reservation is the true length. Orca reserves the client's limit, which is longer:
/// simulated memory use is a lower bound.
/// </para>
/// <para>
/// A bad idea with long prompts, which delay the decodes that share their step, and when memory is short: it is reserved long
/// before it is used.
/// </para>
/// <para>
/// Source: G. Yu et al., Orca: A Distributed Serving System for Transformer-Based Generative Models, OSDI 2022; batch 16 as in
/// Sarathi-Serve's baseline.
/// </para>
/// </remarks>
/// <param name="batch">Most requests in the batch, from 1.</param>
public sealed class OrcaBatching(int batch) : IBatchingPolicy
{
    private static readonly PolicyOption<int> BatchOption = new()
    {
        Name = "batch",
        Unit = "requests",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 16,
        Meaning = "Most requests in the batch.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "orca",
        Summary = "Iteration-level batching: requests join and leave at every step, with whole prompts and all memory reserved.",
        BadIdea = "With long prompts, which delay the decodes in their step; when memory is short: it is reserved long before use.",
        Source = "G. Yu et al., Orca, OSDI 2022; batch 16 as in Sarathi-Serve's baseline.",
        Signals = Signals.TrueOutputLength,
        Options = [BatchOption],
        Create = arguments => new OrcaBatching(arguments.Of(BatchOption)),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => overrides.ApplyTo(new BatchingRules
    {
        MaxSequences = batch,
        TokenBudget = int.MaxValue,
        ChunkedPrefill = false,
        Reservation = MemoryReservation.PromptAndOutput,
    });
}

namespace Plimsoll.Policies.Batching;

/// <summary>Request-level batches: a batch is prefilled together and served to its end before the next one starts.</summary>
/// <remarks>
/// <para>
/// Nobody joins a running batch, so that its longest output decides when the next begins. Memory for prompt and output is taken at
/// admission and nothing can run out. Whole prompts, no token budget, steps that wait for each other, nothing cached; a chunk size
/// means nothing here.
/// </para>
/// <para>
/// Signals: TrueOutputLength, because the reservation is the true length. Real systems reserve the client's limit, which is longer:
/// simulated memory use is a lower bound.
/// </para>
/// <para>
/// A bad idea whenever outputs differ in length or requests arrive over time; it is the baseline from before continuous batching.
/// </para>
/// <para>Source: FasterTransformer, as the request-level baseline of Orca and Sarathi-Serve.</para>
/// </remarks>
/// <param name="batch">Most requests in a batch, from 1.</param>
public sealed class StaticBatching(int batch) : IBatchingPolicy
{
    private static readonly PolicyOption<int> BatchOption = new()
    {
        Name = "batch",
        Unit = "requests",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 32,
        Meaning = "Most requests in a batch.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "static",
        Summary = "Request-level batches: a batch is prefilled together and served to its end before the next one starts.",
        BadIdea = "Whenever outputs differ in length or requests arrive over time; it is the baseline from before continuous batching.",
        Source = "FasterTransformer, as the request-level baseline of Orca and Sarathi-Serve.",
        Signals = Signals.TrueOutputLength,
        Options = [BatchOption],
        Create = arguments => new StaticBatching(arguments.Of(BatchOption)),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => overrides.ApplyTo(new BatchingRules
    {
        MaxSequences = batch,
        TokenBudget = int.MaxValue,
        ChunkedPrefill = false,
        Composition = StepComposition.PrefillOnly,
        Reservation = MemoryReservation.PromptAndOutput,
        JoinsRunningBatch = false,
    });
}

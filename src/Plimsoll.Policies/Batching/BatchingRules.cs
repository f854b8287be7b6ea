namespace Plimsoll.Policies.Batching;

/// <summary>
/// Which tokens run in the next step, said as rules rather than as a loop: the replica engine follows them step by step when it
/// must and leaps over many steps when nothing can change. A batching policy is a choice of these rules.
/// </summary>
public sealed record BatchingRules
{
    /// <summary>Most requests admitted at the same time (max_num_seqs), from 1.</summary>
    public required int MaxSequences { get; init; }

    /// <summary>Most new tokens in one step (max_num_batched_tokens), from 1; <see cref="int.MaxValue"/> for no limit.</summary>
    public required int TokenBudget { get; init; }

    /// <summary>Most prompt tokens of one request in one step (long_prefill_token_threshold); 0 for no such limit.</summary>
    public int ChunkTokens { get; init; }

    /// <summary>Whether a prompt may be split over several steps.</summary>
    public bool ChunkedPrefill { get; init; } = true;

    /// <summary>Whether prefill and decode share a step.</summary>
    public StepComposition Composition { get; init; } = StepComposition.Mixed;

    /// <summary>How much memory a request takes when it is admitted.</summary>
    public MemoryReservation Reservation { get; init; } = MemoryReservation.Chunk;

    /// <summary>Admit only if blocks for the whole known sequence are free, even when only a chunk of it is taken now.</summary>
    public bool FullSequenceGate { get; init; }

    /// <summary>Fraction of all blocks, 0 to 1, that admission leaves free.</summary>
    public double WatermarkFraction { get; init; }

    /// <summary>Whether requests may join a batch that is already running; false means a batch is served to its end.</summary>
    public bool JoinsRunningBatch { get; init; } = true;

    /// <summary>Whether blocks are found again by the hash of their content.</summary>
    public bool PrefixCaching { get; init; }

    /// <summary>Most tokens of a step that is replayed from a captured graph, and padded for it; 0 for none.</summary>
    public int GraphTokens { get; init; }

    /// <summary>
    /// Batches composed ahead of the last finished one: 1 waits for each step, 2 overlaps scheduling with the running step.
    /// </summary>
    public int StepsInFlight { get; init; } = 1;

    /// <summary>Who is considered first among the waiting; null for first come, with those that lost their memory in front.</summary>
    public IQueueOrder? Order { get; init; }

    /// <summary>Makes, for each replica, what puts all the waiting in order together, in place of <see cref="Order"/>.</summary>
    public Func<IBacklogOrder>? Backlog { get; init; }

    /// <summary>
    /// Makes, for each replica, what says who takes part in a step; null for everybody. With whole prompts, one step in flight, no
    /// look-ahead, and the newest giving way.
    /// </summary>
    public Func<IStepGate>? Gate { get; init; }

    /// <summary>Whether true output lengths are known, whatever was predicted: a bound for what predictions can do.</summary>
    public bool KnowsLengths { get; init; }

    /// <summary>How far admission looks ahead. It does so only in steps that carry whole prompts, composed one at a time.</summary>
    public AssumedLength LookAhead { get; init; }

    /// <summary>
    /// With <see cref="AssumedLength.Lower"/>: how far from the lower to the upper bound, 0 to 1, a request is taken to last.
    /// </summary>
    public double Lean { get; init; }

    /// <summary>Fraction of all blocks, 0 to below 1, that the look-ahead leaves free for lengths that were believed too short.</summary>
    public double ReservedFraction { get; init; }

    /// <summary>Fraction of all blocks, 0 to 1: while less than this is free, nobody is admitted.</summary>
    public double ProtectedFraction { get; init; }

    /// <summary>What happens when memory runs out.</summary>
    public EvictionRules Eviction { get; init; } = new();
}

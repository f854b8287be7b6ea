using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching;

/// <summary>Continuous batching with chunked prefill as vLLM's V1 engine does it, with the defaults of its API server.</summary>
/// <remarks>
/// <para>
/// Running requests first, each at its place in order of admission; then new ones, within one token budget. Memory is taken chunk
/// by chunk, nothing is kept back, and the newest request gives way when it runs out. By release: since 0.14 the next step is
/// composed while one runs; since 0.19 a request is admitted only if its whole known sequence fits. Releases after 0.19 change
/// nothing here. Steps of up to min(512, twice the sequences, the budget) tokens are replayed from captured graphs and padded.
/// </para>
/// <para>
/// Defaults on a device of at least 70 GiB that is not an A100: 8192 tokens and 1024 sequences; on others 2048 and 256. The engine never
/// has more sequences than tokens in its budget, so the smaller number holds for both.
/// </para>
/// <para>
/// With priority=true the waiting queue is in order of (priority, arrival), and the running request with the largest gives way when memory
/// runs out, even if it was given tokens in this step. A waiting request of a higher priority makes nobody give way.
/// </para>
/// <para>Signals: none beyond what an engine knows of itself, and the priority a request brings. Nothing can be stale.</para>
/// <para>
/// A bad idea for tight limits on inter-token latency with the large budget: a step that carries 8192 prompt tokens delays every decode
/// in it. Lower the budget then.
/// </para>
/// <para>Source: vLLM's V1 scheduler and argument defaults, releases 0.9 to 0.19.</para>
/// </remarks>
/// <param name="options">What the user said about this policy.</param>
public sealed class VllmBatching(VllmBatching.Options options) : IBatchingPolicy
{
    private const int MostGraphTokens = 512;

    private static readonly EngineVersion FirstAsync = new(0, 14);

    private static readonly EngineVersion FirstGated = new(0, 19);

    private static readonly PolicyOption<EngineVersion> VersionOption = new()
    {
        Name = "version",
        Unit = "none",
        Minimum = new EngineVersion(0, 9),
        Maximum = new EngineVersion(0, 99),
        Fallback = FirstGated,
        Meaning = "Release whose defaults to take; those after 0.19 are taken to be like it.",
    };

    private static readonly PolicyOption<int> BudgetOption = new()
    {
        Name = "budget",
        Unit = "tokens",
        Minimum = 1,
        Maximum = int.MaxValue,
        DefaultRule = "8192 on large devices, else 2048",
        Meaning = "Most new tokens in one step (max_num_batched_tokens).",
    };

    private static readonly PolicyOption<int> SequencesOption = new()
    {
        Name = "sequences",
        Unit = "requests",
        Minimum = 1,
        Maximum = int.MaxValue,
        DefaultRule = "1024 on large devices, else 256",
        Meaning = "Most requests in the batch (max_num_seqs); never more than the budget.",
    };

    private static readonly PolicyOption<int> ChunkOption = new()
    {
        Name = "chunk",
        Unit = "tokens",
        Minimum = 0,
        Maximum = int.MaxValue,
        Fallback = 0,
        Meaning = "Most prompt tokens of one request in one step (long_prefill_token_threshold); 0 for no such limit.",
    };

    private static readonly PolicyOption<bool> AsyncOption = new()
    {
        Name = "async",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        DefaultRule = "true since 0.14",
        Meaning = "Whether the next step is composed while one runs.",
    };

    private static readonly PolicyOption<bool> PrefixCachingOption = new()
    {
        Name = "prefix-caching",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = true,
        Meaning = "Whether blocks are found again by the hash of their content.",
    };

    private static readonly PolicyOption<bool> PriorityOption = new()
    {
        Name = "priority",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether the waiting queue is in order of priority, smallest first, and the largest gives way (--scheduling-policy).",
    };

    /// <summary>The options of the engine, whatever the order of its queue.</summary>
    internal static IReadOnlyList<PolicyOption> SizeOptions { get; } =
        [VersionOption, BudgetOption, SequencesOption, ChunkOption, AsyncOption, PrefixCachingOption];

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "vllm",
        Summary = "Continuous batching with chunked prefill as in vLLM's V1 engine, with its defaults by release and device.",
        BadIdea = "For tight inter-token latency with the large default budget: a step full of prompt tokens delays every decode in it.",
        Source = "vLLM's V1 scheduler and argument defaults, releases 0.9 to 0.19.",
        Signals = Signals.None,
        Options = [.. SizeOptions, PriorityOption],
        Create = arguments => new VllmBatching(Options.From(arguments) with { Priority = arguments.Of(PriorityOption) }),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides)
    {
        BatchingRules rules = overrides.ApplyTo(new BatchingRules
        {
            MaxSequences = options.MaxSequences ?? (overrides.LargeDevice ? 1024 : 256),
            TokenBudget = options.TokenBudget ?? (overrides.LargeDevice ? 8192 : 2048),
            ChunkTokens = options.ChunkTokens,
            FullSequenceGate = options.Version >= FirstGated,
            PrefixCaching = options.PrefixCaching,
            StepsInFlight = options.Async ?? options.Version >= FirstAsync ? 2 : 1,
            Order = options.Priority ? new ByPriority() : null,
            Eviction = new EvictionRules { Victim = options.Priority ? EvictionVictim.LastInOrder : EvictionVictim.Newest },
        });
        int sequences = Math.Min(rules.MaxSequences, rules.TokenBudget);
        return rules with { MaxSequences = sequences, GraphTokens = (int)Math.Min(Math.Min(MostGraphTokens, 2L * sequences), rules.TokenBudget) };
    }

    /// <summary>What the user said; null leaves the default by release and device.</summary>
    public sealed record Options
    {
        /// <summary>What the user wrote.</summary>
        public static Options From(PolicyArguments arguments) => new()
        {
            Version = arguments.Of(VersionOption),
            TokenBudget = arguments.Given(BudgetOption),
            MaxSequences = arguments.Given(SequencesOption),
            ChunkTokens = arguments.Of(ChunkOption),
            Async = arguments.Given(AsyncOption),
            PrefixCaching = arguments.Of(PrefixCachingOption),
        };

        /// <summary>Release whose defaults to take.</summary>
        public EngineVersion Version { get; init; } = FirstGated;

        /// <summary>Most new tokens in one step, from 1.</summary>
        public int? TokenBudget { get; init; }

        /// <summary>Most requests in the batch, from 1.</summary>
        public int? MaxSequences { get; init; }

        /// <summary>Most prompt tokens of one request in one step; 0 for no such limit.</summary>
        public int ChunkTokens { get; init; }

        /// <summary>Whether the next step is composed while one runs.</summary>
        public bool? Async { get; init; }

        /// <summary>Whether blocks are found again by the hash of their content.</summary>
        public bool PrefixCaching { get; init; } = true;

        /// <summary>Whether priority decides who goes first and who gives way.</summary>
        public bool Priority { get; init; }
    }
}

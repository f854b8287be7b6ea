using System.CommandLine;
using System.Globalization;
using Plimsoll.Calibration.Replay;
using Plimsoll.Cli.Options;
using Plimsoll.Metrics.Reports;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Cli.Setup;

/// <summary>The engine that served measured requests, all but the time of its steps.</summary>
internal sealed record ReplayedEngine
{
    private const int DefaultBlockTokens = 16;

    public required BatchingRules Rules { get; init; }

    public required string Batching { get; init; }

    public required int BlockTokens { get; init; }

    /// <summary>Tokens of its KV memory as the user gave them; null to derive them.</summary>
    public required long? KvTokens { get; init; }

    /// <summary>Null when the user named no hardware: KV memory then has no end, unless it was given.</summary>
    public required Hardware? Hardware { get; init; }

    /// <summary>The settings, for the report.</summary>
    public IReadOnlyList<ReportEntry> Configuration =>
    [
        new("batching", Batching),
        new("max_sequences", Text(Rules.MaxSequences)),
        new("step_token_budget", Rules.TokenBudget == int.MaxValue ? "unlimited" : Text(Rules.TokenBudget)),
        new("kv_tokens", KvBlocks == ReplicaConfiguration.UnlimitedKvBlocks ? "unlimited" : Text(KvBlocks * BlockTokens)),
        new("scheduling", Rules.StepsInFlight > 1 ? "overlapped (two batches in flight)" : "one step at a time"),
    ];

    private long KvBlocks => this switch
    {
        { KvTokens: { } tokens } => tokens / BlockTokens,
        { Hardware: { } hardware } when hardware.Budget(Rules, BlockTokens) is { IsFeasible: true } budget => budget.Blocks,
        _ => ReplicaConfiguration.UnlimitedKvBlocks,
    };

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="parsed">What the user gave.</param>
    /// <param name="kvTokens">KV memory as the user gave it; null to derive it.</param>
    /// <param name="hardware">The hardware; null when the user named none.</param>
    /// <param name="problems">Collects what is wrong.</param>
    public static ReplayedEngine? From(
        FleetOptions options, ParseResult parsed, long? kvTokens, Hardware? hardware, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        PolicyChoice<IBatchingPolicy>? batching = Fleet.Choose(PolicyCatalog.Batching, "--batching", parsed.GetValue(options.Batching), problems);
        int blockTokens = options.BlockSize.Read(parsed, problems) ?? DefaultBlockTokens;
        var overrides = new EngineOverrides
        {
            MaxSequences = options.MaxSequences.Read(parsed, problems),
            TokenBudget = options.TokenBudget.Read(parsed, problems),
            ChunkTokens = options.Chunk.Read(parsed, problems),
            Synchronous = parsed.GetValue(options.Sync) ? true : null,
            LargeDevice = hardware is null || hardware.IsLargeDevice,
        };
        if (kvTokens < blockTokens)
        {
            problems.Add("--kv-tokens", $"{kvTokens} tokens are not even one block of {blockTokens}");
        }

        if (problems.Sentences.Count > before || batching is null)
        {
            return null;
        }

        BatchingRules rules = batching.Create().Plan(overrides);
        if (rules.Gate is not null || Predictions.Uses(batching.Entry))
        {
            problems.Add("--batching", $"{batching.Entry.Name} decides by step times or lengths that are not known here");
        }

        if (rules.Composition == StepComposition.Mixed && rules.TokenBudget < rules.MaxSequences)
        {
            problems.Add("--token-budget", $"{batching.Entry.Name} needs a budget of at least one token a sequence ({rules.TokenBudget} < {rules.MaxSequences}); raise it or lower --max-sequences");
        }

        if (rules.Composition == StepComposition.PrefillOnly && rules.StepsInFlight > 1)
        {
            problems.Add("--batching", $"{batching.Entry.Name} runs one step at a time");
        }

        return problems.Sentences.Count > before ? null : new ReplayedEngine
        {
            Rules = rules,
            Batching = batching.ToString(),
            BlockTokens = blockTokens,
            KvTokens = kvTokens,
            Hardware = hardware,
        };
    }

    /// <summary>The engine for the replay.</summary>
    public ReplayEngine ToReplay() => new() { Rules = Rules, KvBlocks = KvBlocks, BlockTokens = BlockTokens };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

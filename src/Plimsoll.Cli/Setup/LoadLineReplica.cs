using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// The replica of a load line, for the formulas and for the simulator. With hardware it has the limits of its engine; without, only those
/// that the user gave, as theory has it, and memory is counted by the token unless a block size was given.
/// </summary>
internal sealed record LoadLineReplica
{
    private const int EngineBlockTokens = 16;

    private readonly EngineOverrides _overrides;
    private readonly PolicyChoice<IBatchingPolicy> _batching;
    private readonly PredictionSpec _prediction;
    private readonly int? _chunk;

    private LoadLineReplica(
        Engine engine, EngineOverrides overrides, PolicyChoice<IBatchingPolicy> batching, PredictionSpec prediction, int? chunk)
    {
        (Engine, _overrides, _batching, _prediction, _chunk) = (engine, overrides, batching, prediction, chunk);
        Rules = batching.Create().Plan(overrides);
    }

    public Engine Engine { get; }

    public BatchingRules Rules { get; }

    /// <summary>Whether places in the batch are limited, by the user or by the engine's default on its hardware.</summary>
    public required bool LimitsSequences { get; init; }

    public string Batching => _batching.ToString();

    /// <summary>Prompt tokens a step adds to a request: as given, else what the engine computes at most.</summary>
    public double ChunkTokens => _chunk is { } given ? given
        : Rules.ChunkTokens > 0 ? Rules.ChunkTokens
        : Rules.ChunkedPrefill && Rules.TokenBudget < int.MaxValue ? Rules.TokenBudget
        : double.PositiveInfinity;

    /// <summary>The settings, for the report.</summary>
    public IEnumerable<ReportEntry> Configuration =>
    [
        .. Engine.Configuration,
        new("kv_tokens", double.IsInfinity(KvTokens) ? "unlimited" : Text(KvTokens)),
        new("block_tokens", Text(Engine.BlockTokens)),
        new("chunk_tokens", double.IsInfinity(ChunkTokens) ? "whole prompts" : Text(ChunkTokens)),
        new("token_budget", Limit(Rules.TokenBudget)),
        new("max_sequences", Limit(Rules.MaxSequences)),
        new("batching", Batching),
    ];

    private double KvTokens => Engine.KvBlocks(Rules) is < ReplicaConfiguration.UnlimitedKvBlocks and long blocks
        ? (double)blocks * Engine.BlockTokens
        : double.PositiveInfinity;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static LoadLineReplica? From(LoadLineOptions options, ParseResult parsed, InputProblems problems)
    {
        FleetOptions fleet = options.Fleet;
        bool theory = parsed.GetValue(fleet.StepTime) is not null && parsed.GetValue(fleet.Gpu) is null && parsed.GetValue(fleet.Model) is null;
        int blockTokens = fleet.BlockSize.Read(parsed, problems) ?? (theory ? 1 : EngineBlockTokens);
        Engine? engine = Engine.From(fleet, parsed, blockTokens, problems);
        return From(options, parsed, engine, problems);
    }

    /// <summary>Reads the options for a kind of replica of a fleet; null when something is wrong with them.</summary>
    public static LoadLineReplica? From(LoadLineOptions options, ParseResult parsed, Hardware hardware, InputProblems problems)
    {
        int blockTokens = options.Fleet.BlockSize.Read(parsed, problems) ?? EngineBlockTokens;
        return From(
            options,
            parsed,
            new Engine { GivenStepTime = null, BlockTokens = blockTokens, GivenKvBlocks = null, Hardware = hardware, StepTimeText = null },
            problems);
    }

    /// <summary>What the formulas need to know.</summary>
    /// <param name="stepTime">Step times of a phase; null for the replica's own.</param>
    public ReplicaLimits Limits(IStepTimeModel? stepTime = null) => new()
    {
        KvTokens = KvTokens,
        StepTime = stepTime ?? Engine.StepTime(Rules),
        BlockTokens = Engine.BlockTokens,
        TokenBudget = Rules.TokenBudget == int.MaxValue ? double.PositiveInfinity : Rules.TokenBudget,
        MaxSequences = LimitsSequences ? Rules.MaxSequences : double.PositiveInfinity,
    };

    /// <summary>What the simulator runs: one replica, and nobody refused.</summary>
    public FleetScenario Scenario()
    {
        BatchingRules rules = Rules.Gate is null
            ? Rules
            : _batching.Create().Plan(_overrides with { StepTime = StepLine.Of(Engine.StepTime(Rules)) });
        return new FleetScenario
        {
            Replicas = 1,
            Replica = new ReplicaConfiguration(rules, Engine.KvBlocks(rules), Engine.BlockTokens, Engine.StepTime(rules)),
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
            Prediction = Predictions.Uses(_batching.Entry) ? _prediction : null,
        };
    }

    private static LoadLineReplica? From(LoadLineOptions options, ParseResult parsed, Engine? engine, InputProblems problems)
    {
        FleetOptions fleet = options.Fleet;
        IReadOnlyList<string> found = [];
        string? name = parsed.GetValue(fleet.Batching);
        PolicyChoice<IBatchingPolicy>? batching = name is null ? PolicyCatalog.Batching.Default : PolicyCatalog.Batching.Parse(name, out found);
        foreach (string problem in found)
        {
            problems.Add(fleet.Batching.Name, problem);
        }

        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(fleet.Predict), problems);
        int? chunk = fleet.Chunk.Read(parsed, problems);
        int? budget = fleet.TokenBudget.Read(parsed, problems);
        int? sequences = fleet.MaxSequences.Read(parsed, problems);
        if (batching is not null && parsed.GetValue(options.Verify))
        {
            Predictions.Require(batching.Entry, fleet.Batching.Name, prediction, problems);
        }

        if (budget < sequences)
        {
            problems.Add(fleet.TokenBudget.Option.Name, $"{budget} tokens are fewer than --max-sequences {sequences}: every request in the batch needs one");
        }

        if (engine is null || batching is null || prediction is null || problems.Any)
        {
            return null;
        }

        bool theory = engine.Hardware is null;
        var overrides = new EngineOverrides
        {
            MaxSequences = sequences ?? (theory ? budget ?? int.MaxValue : null),
            TokenBudget = budget ?? (theory ? int.MaxValue : null),
            ChunkTokens = chunk,
            PrefixCaching = parsed.GetValue(fleet.NoPrefixCache) ? false : null,
            Synchronous = theory ? true : null,
            LargeDevice = engine.IsLargeDevice,
        };
        var replica = new LoadLineReplica(engine, overrides, batching, prediction, chunk) { LimitsSequences = sequences is not null || !theory };
        if (replica.Rules.MaxSequences == int.MaxValue)
        {
            replica = replica with { LimitsSequences = false };
        }

        CheckLimits(replica, problems);
        return problems.Any ? null : replica;
    }

    private static void CheckLimits(LoadLineReplica replica, InputProblems problems)
    {
        ReplicaLimits limits = replica.Limits();
        if (double.IsInfinity(limits.KvTokens) && double.IsInfinity(limits.TokenBudget) && double.IsInfinity(limits.MaxSequences))
        {
            problems.Add("--kv-tokens", "neither memory (--kv-tokens) nor a step (--token-budget) is limited: there is no load line");
        }

        if (replica.Rules.Composition == StepComposition.Mixed && replica.Rules.TokenBudget < replica.Rules.MaxSequences)
        {
            problems.Add("--token-budget", $"{replica.Batching} needs a budget of at least one token a sequence; raise it or lower --max-sequences");
        }
    }

    private static string Limit(int value) => value == int.MaxValue ? "unlimited" : Text(value);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

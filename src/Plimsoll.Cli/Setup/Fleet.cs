using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;
using Plimsoll.Policies;
using Plimsoll.Policies.Admission;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Ordering;
using Plimsoll.Policies.Prediction;
using Plimsoll.Policies.Routing;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Setup;

/// <summary>The fleet a user asked for, its policies still open to be varied by a comparison.</summary>
internal sealed record Fleet
{
    private const int DefaultBlockTokens = 16;
    private const double RelaxationSeconds = 60;

    public required int Replicas { get; init; }

    public required Engine Engine { get; init; }

    public required EngineOverrides Overrides { get; init; }

    public required PolicyChoice<IBatchingPolicy> Batching { get; init; }

    public required PolicyChoice<IAdmissionPolicy> Admission { get; init; }

    public required PolicyChoice<IOrderingPolicy> Ordering { get; init; }

    public required PolicyChoice<IRoutingPolicy> Routing { get; init; }

    public PredictionSpec Prediction { get; init; } = PredictionSpec.None;

    public int? Window { get; init; }

    public Duration ReportInterval { get; init; }

    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    public Instant WarmUpEnd { get; init; }

    public Instant StopAt { get; init; } = Instant.Never;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static Fleet? From(FleetOptions options, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        var overrides = new EngineOverrides
        {
            MaxSequences = options.MaxSequences.Read(parsed, problems),
            TokenBudget = options.TokenBudget.Read(parsed, problems),
            ChunkTokens = options.Chunk.Read(parsed, problems),
            PrefixCaching = parsed.GetValue(options.NoPrefixCache) ? false : null,
            Synchronous = parsed.GetValue(options.Sync) ? true : null,
            Relaxation = new LinearRelaxation(RelaxationSeconds),
        };
        var batching = Choose(PolicyCatalog.Batching, "--batching", parsed.GetValue(options.Batching), problems);
        var admission = Choose(PolicyCatalog.Admission, "--admission", parsed.GetValue(options.Admission), problems);
        var ordering = Choose(PolicyCatalog.Ordering, "--ordering", parsed.GetValue(options.Ordering), problems);
        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(options.Predict), problems);
        var routing = Choose(PolicyCatalog.Routing, "--routing", parsed.GetValue(options.Routing), problems);
        Engine? engine = Engine.From(options, parsed, options.BlockSize.Read(parsed, problems) ?? DefaultBlockTokens, problems);
        ServiceObjectives objectives = Slo(parsed.GetValue(options.Slo), problems);
        int replicas = options.Replicas.Read(parsed, problems) ?? 1;
        int? window = options.Window.Read(parsed, problems);
        Duration reportInterval = options.ReportInterval.Read(parsed, problems) ?? Duration.Zero;
        Duration warmUp = options.WarmUp.Read(parsed, problems) ?? Duration.Zero;
        Duration? stopAt = options.StopAt.Read(parsed, problems);
        if (problems.Sentences.Count > before || engine is null)
        {
            return null;
        }

        return new Fleet
        {
            Replicas = replicas,
            Engine = engine,
            Overrides = overrides with { LargeDevice = engine.IsLargeDevice },
            Batching = batching!,
            Admission = admission!,
            Ordering = ordering!,
            Routing = routing!,
            Prediction = prediction!,
            Window = window,
            ReportInterval = reportInterval,
            Objectives = objectives,
            WarmUpEnd = Instant.Zero + warmUp,
            StopAt = stopAt is { } stop ? Instant.Zero + stop : Instant.Never,
        };
    }

    /// <summary>The scenario for the simulator; null when engine and policy contradict each other.</summary>
    public FleetScenario? Scenario(int? closedConcurrency, InputProblems problems)
    {
        Predictions.Require(Batching, "--batching", Prediction, problems);
        BatchingRules rules = Batching.Create().Plan(Overrides);
        if (rules.Gate is not null)
        {
            rules = Batching.Create().Plan(Overrides with { StepTime = StepLine.Of(Engine.StepTime(rules)) });
        }

        if (rules.Composition == StepComposition.Mixed && rules.TokenBudget < rules.MaxSequences)
        {
            problems.Add("--token-budget", $"{Batching.Entry.Name} needs a budget of at least one token a sequence ({rules.TokenBudget} < {rules.MaxSequences}); raise it or lower --max-sequences");
            return null;
        }

        if (rules.Composition == StepComposition.PrefillOnly && rules.StepsInFlight > 1)
        {
            problems.Add("--batching", $"{Batching.Entry.Name} runs one step at a time");
            return null;
        }

        return new FleetScenario
        {
            Replicas = Replicas,
            Replica = new ReplicaConfiguration(rules, Engine.KvBlocks(rules), Engine.BlockTokens, Engine.StepTime(rules)),
            Dispatch = new DispatcherConfiguration(Admission, Ordering, Routing, Window),
            Prediction = Predictions.Uses(Batching) ? Prediction : null,
            ReportInterval = ReportInterval,
            ClosedConcurrency = closedConcurrency,
            WarmUpEnd = WarmUpEnd,
            Objectives = Objectives,
            StopAt = StopAt,
        };
    }

    /// <summary>The fleet as something to run; null when engine and policy contradict each other.</summary>
    public SystemUnderTest? System(int? closedConcurrency, InputProblems problems) => Scenario(closedConcurrency, problems) is not { } scenario ? null : new()
    {
        Name = scenario.Replicas == 1 ? "one replica" : $"{scenario.Replicas} replicas",
        Configuration = Configuration(scenario),
        Notes = Notes(scenario),
        Run = (source, random, observer) => SimulationReport.Of(SimulationRun.Execute(scenario, source, random, observer), random.Seed),
    };

    /// <summary>The settings, for the report.</summary>
    public IReadOnlyList<ReportEntry> Configuration(FleetScenario scenario)
    {
        BatchingRules rules = scenario.Replica.Rules;
        List<ReportEntry> entries = [new("replicas", Text(Replicas)), .. Engine.Configuration];
        entries.Add(new("kv_tokens", scenario.Replica.KvBlocks == ReplicaConfiguration.UnlimitedKvBlocks ? "unlimited" : Text(scenario.Replica.KvBlocks * Engine.BlockTokens)));
        entries.Add(new("block_tokens", Text(Engine.BlockTokens)));
        entries.Add(new("batching", Batching.ToString()));
        entries.Add(new("max_sequences", Text(rules.MaxSequences)));
        entries.Add(new("token_budget", rules.TokenBudget == int.MaxValue ? "unlimited" : Text(rules.TokenBudget)));
        if (rules.ChunkTokens > 0)
        {
            entries.Add(new("chunk_tokens", Text(rules.ChunkTokens)));
        }

        entries.Add(new("prefix_caching", rules.PrefixCaching ? "on" : "off"));
        entries.Add(new("scheduling", rules.StepsInFlight > 1 ? "overlapped (two batches in flight)" : "one step at a time"));
        if (Predictions.Uses(Batching))
        {
            entries.Add(new("predict", Prediction.ToString()));
        }

        entries.Add(new("routing", Routing.ToString()));
        entries.Add(new("admission", Admission.ToString()));
        entries.Add(new("ordering", Ordering.ToString()));
        entries.Add(new("window", Window is { } window ? Text(window) : "unlimited"));
        entries.Add(new("report_interval", ReportInterval == Duration.Zero ? "always current" : ReportInterval.ToString()));
        return entries;
    }

    /// <summary>What a reader must know about the numbers.</summary>
    public IReadOnlyList<string> Notes(FleetScenario scenario)
    {
        List<string> notes = [.. Engine.Notes(scenario.Replica.Rules)];
        if (Batching.Entry.Signals.HasFlag(Signals.TrueOutputLength))
        {
            notes.Add($"{Batching.Entry.Name} uses true output lengths, which no live fleet knows: read the result as an upper bound.");
        }
        else if (Predictions.Uses(Batching) && Prediction.SeesTrueLength)
        {
            notes.Add($"Lengths are predicted ({Prediction}) from true output lengths, which no live fleet knows; --predict learned knows only what has finished.");
        }

        return notes;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static PolicyChoice<T>? Choose<T>(PolicyFamily<T> family, string option, string? text, InputProblems problems)
        where T : class
    {
        if (text is null)
        {
            return family.Default;
        }

        PolicyChoice<T>? choice = family.Parse(text, out IReadOnlyList<string> found);
        foreach (string problem in found)
        {
            problems.Add(option, problem);
        }

        return choice;
    }

    internal static ServiceObjectives Slo(string? text, InputProblems problems)
    {
        ServiceObjectives objectives = ServiceObjectives.None;
        foreach (string part in text?.Split(',') ?? [])
        {
            string[] sides = part.Split('=');
            if (sides.Length != 2 || !Durations.TryParse(sides[1], out Duration limit))
            {
                problems.Add("--slo", $"'{part}' is not a limit; write ttft=1s,tpot=50ms,e2e=30s");
                continue;
            }

            switch (sides[0])
            {
                case "ttft":
                    objectives = objectives with { Ttft = limit };
                    break;
                case "tpot":
                    objectives = objectives with { Tpot = limit };
                    break;
                case "e2e":
                    objectives = objectives with { E2e = limit };
                    break;
                default:
                    problems.Add("--slo", $"'{sides[0]}' is not one of ttft, tpot, e2e");
                    break;
            }
        }

        return objectives;
    }
}

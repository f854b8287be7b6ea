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
using Plimsoll.Serving.Barrier;
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

    /// <summary>Makes each replica a group of engines that step together; null for single engines.</summary>
    public BarrierSettings? Lockstep { get; init; }

    public int? Window { get; init; }

    public Duration ReportInterval { get; init; }

    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    public Instant WarmUpEnd { get; init; }

    public Instant StopAt { get; init; } = Instant.Never;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="parsed">What the user gave.</param>
    /// <param name="lockstep">The groups that the replicas are; null for single engines.</param>
    /// <param name="problems">Collects what is wrong.</param>
    public static Fleet? From(FleetOptions options, ParseResult parsed, BarrierSettings? lockstep, InputProblems problems)
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
        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(options.Predict) ?? (lockstep is null ? null : "exact"), problems);
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
            Lockstep = lockstep,
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
        Predictions.Require(Batching.Entry, "--batching", Prediction, problems);
        Predictions.Require(Ordering.Entry, "--ordering", Prediction, problems);
        Lockstep?.RequirePredicted(Prediction, problems);
        BatchingRules rules = Batching.Create().Plan(Overrides);
        if (Lockstep is not null && (rules.Gate is not null || rules.Eviction.Stall != Duration.Zero))
        {
            problems.Add("--batching", $"{Batching.Entry.Name} waits for a time, and the clock of a worker in a barrier group counts steps");
            return null;
        }

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
            Lockstep = Lockstep is null ? null : new LockstepConfiguration(Lockstep.Workers, Lockstep.Balancing)
            {
                SlotsPerWorker = Lockstep.Slots,
                PoolRequests = Lockstep.Pool,
                Solver = BarrierSettings.Solver,
            },
            Power = Lockstep is null ? Engine.Hardware?.Power : Lockstep.Power,
            AcceleratorsPerReplica = Engine.Hardware?.TensorParallel ?? 1,
            Prediction = UsesPrediction ? Prediction : null,
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
        Name = NameOf(scenario),
        Configuration = Configuration(scenario),
        Notes = Notes(scenario),
        Run = (source, random, observer) => SimulationReport.Of(SimulationRun.Execute(scenario, source, random, observer), random.Seed),
    };

    /// <summary>The settings, for the report.</summary>
    public IReadOnlyList<ReportEntry> Configuration(FleetScenario scenario)
    {
        BatchingRules rules = scenario.Replica.Rules;
        List<ReportEntry> entries = [new("replicas", Text(Replicas))];
        if (Lockstep is not null)
        {
            entries = [new("topology", "barrier"), new("groups", Text(Replicas)), .. Lockstep.Configuration];
        }

        entries.AddRange(Engine.Configuration);
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
        if (UsesPrediction)
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
        else if (UsesPrediction && Prediction.SeesTrueLength)
        {
            notes.Add($"Lengths are predicted ({Prediction}) from true output lengths, which no live fleet knows; --predict learned knows only what has finished.");
        }

        if (Lockstep is null)
        {
            notes.AddRange(Engine.EnergyNotes);
        }
        else
        {
            notes.AddRange(Lockstep.Notes);
            notes.Add("Workers of a group step together: each step lasts as long as that of the slowest.");
            if (Replicas > 1)
            {
                notes.Add("The picture of loads shows the first group; all else covers all groups.");
            }
        }

        return notes;
    }

    private bool UsesPrediction => Predictions.Uses(Batching.Entry) || Predictions.Uses(Ordering.Entry) || Lockstep is { UsesPrediction: true };

    private static string NameOf(FleetScenario scenario) => scenario switch
    {
        { Lockstep: { } group, Replicas: 1 } => $"a barrier group of {group.Workers} engines",
        { Lockstep: { } group } => $"{scenario.Replicas} barrier groups of {group.Workers} engines",
        { Replicas: 1 } => "one replica",
        _ => $"{scenario.Replicas} replicas",
    };

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

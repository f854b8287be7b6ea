using Plimsoll.Core;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Benchmarks.Setting;

/// <summary>The production-like setting that every whole run here starts from: lengths as in chats, 8B model, one H100 a replica.</summary>
internal static class Production
{
    public const int Replicas = 16;
    public const int BlockTokens = 16;
    public const int TurnsPerSession = 5;
    public const ulong Seed = 1;
    public static readonly double[] Loads = [0.3, 0.6, 0.9];

    private const string Gpu = "h100";
    private const string Model = "llama-3.1-8b";

    public static string Description =>
        $"{Replicas} replicas of {Model} on {Gpu}, vllm batching, round-robin routing; "
        + "prompts lognormal 600:1000 tokens, outputs lognormal 150:250; Poisson arrivals; step time from the roofline, KV memory from the catalogue; metrics on";

    public static LengthDistribution Prompt { get; } = new LogNormalLength(600, 1000);

    public static LengthDistribution Output { get; } = new LogNormalLength(150, 250);

    public static IStepTimeModel Roofline { get; } = new RooflineStepTime(new RooflineInputs
    {
        Gpu = TheGpu,
        Model = TheModel.Architecture,
        WeightFormat = TheModel.NativeWeights,
    });

    private static GpuSpec TheGpu => CatalogReader.BuiltIn.FindGpu(Gpu)!;

    private static ModelSpec TheModel => CatalogReader.BuiltIn.FindModel(Model)!;

    public static FleetScenario Fleet(
        int replicas = Replicas,
        string batching = "vllm",
        string routing = "round-robin",
        EngineOverrides? overrides = null,
        IStepTimeModel? stepTime = null,
        bool unlimitedKv = false)
    {
        BatchingRules rules = PolicyCatalog.Batching.Parse(batching, out _)!.Create().Plan(overrides ?? new EngineOverrides());
        long blocks = unlimitedKv ? ReplicaConfiguration.UnlimitedKvBlocks : KvBlocks(rules);
        return new FleetScenario
        {
            Replicas = replicas,
            Replica = new ReplicaConfiguration(rules, blocks, BlockTokens, stepTime ?? Roofline),
            Dispatch = Dispatch(routing),
        };
    }

    public static DispatcherConfiguration Dispatch(string routing) => new(
        PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse(routing, out _)!);

    public static IRequestSource Traffic(long requests, double requestsPerSecond) =>
        new GeneratedSource(new PoissonArrivals(requestsPerSecond), Prompt, Output, requests, new RandomTree(Seed));

    public static IRequestSource Backlog(long requests) =>
        new GeneratedSource(new BacklogArrivals(), Prompt, Output, requests, new RandomTree(Seed));

    /// <summary>Conversations that share twenty system prompts of 2,000 tokens: most of every prompt has been seen before.</summary>
    public static IRequestSource Sessions(long sessions, double sessionsPerSecond) => new SessionSource(
        new SessionOptions
        {
            Arrivals = new PoissonArrivals(sessionsPerSecond),
            Sessions = sessions,
            Turns = new GeometricLength(TurnsPerSession),
            UserTokens = new LogNormalLength(60, 100),
            OutputTokens = Output,
            SystemTokens = 2000,
            SystemPrompts = 20,
            SystemPromptSkew = 1,
            MaxPromptTokens = 32_000,
        },
        new RandomTree(Seed));

    public static SimulationOutcome Run(FleetScenario fleet, IRequestSource traffic, IRunObserver? observer = null) =>
        SimulationRun.Execute(fleet, traffic, new RandomTree(Seed), observer);

    private static long KvBlocks(BatchingRules rules) => KvSizing.Compute(new KvSizingInputs
    {
        Gpu = TheGpu,
        Model = TheModel.Architecture,
        WeightFormat = TheModel.NativeWeights,
        MaxSequences = rules.MaxSequences,
        TokenBudget = Math.Min(rules.TokenBudget, 8192),
        BlockTokens = BlockTokens,
    }).Blocks;
}

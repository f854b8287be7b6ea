using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Serving;
using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Sizing;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands;

/// <summary>
/// <c>plimsoll demo</c>: a first result with nothing given: conversations on four replicas under three routing policies, and then live.
/// </summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "plimsoll-out/demo";
    private const int Replicas = 4;
    private const int Replications = 3;
    private const int Sessions = 3_000;
    private const double SessionsPerSecond = 16;
    private const double LiveSessionsPerSecond = 4;
    private const string LiveFleet = "4xllama-3.1-8b@h100";

    // Long enough to see that it works where nobody watches.
    private static readonly Duration Unwatched = Duration.FromMilliseconds(3_000);

    private const string Help = """
        Generate a production-like workload (conversations that share system prompts and grow turn by turn), serve it with four
        simulated replicas of llama-3.1-8b on H100 under three routing policies, and write report.html. Then serve the same kind of
        traffic live, with four emulated engines behind the gateway and the dashboard: until Ctrl-C on a terminal, for three seconds elsewhere.

        Examples:
          plimsoll demo
          plimsoll demo --json --out somewhere --seed 7
          plimsoll demo --exit-after 1m
        """;

    private static readonly string[] Policies = ["round-robin", "least-requests", "prefix-aware"];

    public static Command Create()
    {
        var output = new OutputOptions();
        Setting<Duration> exitAfter = Opt.Time("--exit-after", "Serve so long after the comparison; 0s for not at all.");
        var command = new Command("demo", Help);
        command.Options.Add(exitAfter.Option);
        output.AddTo(command);
        command.SetAction(parsed => Run(parsed, exitAfter, output));
        return command;
    }

    private static int Run(ParseResult parsed, Setting<Duration> exitAfter, OutputOptions output)
    {
        var problems = new InputProblems();
        ulong seed = output.SeedOf(parsed, problems);
        Duration? servesFor = exitAfter.Read(parsed, problems) ?? (Console.IsOutputRedirected || Console.IsErrorRedirected ? Unwatched : null);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (!Compare(parsed, output, seed))
        {
            return ExitCode.Interrupted;
        }

        if (servesFor != Duration.Zero)
        {
            Traffic live = SampleTraffic(LiveSessionsPerSecond);
            long answered = DemoServing.ServeAsync(LiveSettings(), live, seed, servesFor).GetAwaiter().GetResult();
            Terminal.Say($"{answered:#,0} requests were answered live");
        }

        return ExitCode.Done;
    }

    // Whether it came to its end.
    private static bool Compare(ParseResult parsed, OutputOptions output, ulong seed)
    {
        var problems = new InputProblems();
        List<(string Name, SystemUnderTest System)> systems =
        [
            .. PolicyVariant.ParseAll(string.Join(',', Policies), SampleFleet(), problems)
                .Select(variant => (variant.Name, variant.Fleet.System(null, problems)!)),
        ];
        Traffic traffic = SampleTraffic(SessionsPerSecond);
        using var progress = new RunProgress(expected: null);
        ComparisonReport? report =
            ComparedRuns.Execute(traffic, systems, new RandomTree(seed), Replications, Environment.ProcessorCount, progress, problems);
        Invariant.Holds(report is not null && !problems.Any, "the demo's own input is right");
        CompareCommand.Write(
            report with
            {
                Title = "Demo: conversations on four replicas",
                Configuration = [.. traffic.Configuration, .. systems[0].System.Configuration],
                Notes = [.. report.Notes, .. systems[0].System.Notes],
            },
            parsed.GetValue(output.Out) ?? DefaultFolder,
            parsed.GetValue(output.Json));
        return !progress.Interrupted;
    }

    // In the words of `plimsoll serve`, so that both mean the same gateway.
    private static ServeSettings LiveSettings()
    {
        var problems = new InputProblems();
        var options = new ServeOptions();
        var command = new Command("serve");
        options.AddTo(command);
        ServeSettings settings = ServeSettings.Read(command.Parse(["--emulate", LiveFleet, "--routing", "least-requests"]), options, problems);
        Invariant.Holds(!problems.Any, "the demo's own input is right");
        return settings;
    }

    private static Fleet SampleFleet()
    {
        PerformanceCatalog catalog = CatalogReader.BuiltIn;
        ModelSpec model = catalog.FindModel("llama-3.1-8b")!;
        var hardware = new Hardware
        {
            Gpu = catalog.FindGpu("h100-sxm-80gb")!,
            Model = model,
            Weights = model.NativeWeights,
            Kv = KvFormat.SixteenBit,
            TensorParallel = 1,
            MemoryUtilization = 0.9,
            Assumed = false,
        };
        return new Fleet
        {
            Replicas = Replicas,
            Engine = new Engine
            {
                GivenStepTime = null,
                BlockTokens = 16,
                GivenKvBlocks = null,
                Hardware = hardware,
                StepTimeText = null,
            },
            Overrides = new EngineOverrides { LargeDevice = hardware.IsLargeDevice },
            Batching = PolicyCatalog.Batching.Default,
            Admission = PolicyCatalog.Admission.Default,
            Ordering = PolicyCatalog.Ordering.Default,
            Routing = PolicyCatalog.Routing.Default,
            Objectives = new ServiceObjectives(Duration.FromMilliseconds(1_000), Duration.FromMilliseconds(50)),
        };
    }

    private static Traffic SampleTraffic(double sessionsPerSecond) => Traffic.Of(
        "sample conversations",
        [
            new("sessions", $"{Sessions:#,0} at {sessionsPerSecond:0.#} a second (Poisson), 5 turns on average, 30 s apart"),
            new("prompts", "one of 12 system prompts of 2,000 tokens (Zipf), the conversation so far, and new tokens of median 80, mean 160"),
            new("outputs", "lognormal, median 150, mean 250"),
        ],
        random => new SessionSource(
            new SessionOptions
            {
                Arrivals = new PoissonArrivals(sessionsPerSecond),
                Sessions = Sessions,
                Turns = new GeometricLength(5),
                UserTokens = new LogNormalLength(80, 160),
                OutputTokens = new LogNormalLength(150, 250, 4_000),
                SystemTokens = 2_000,
                SystemPrompts = 12,
                SystemPromptSkew = 1,
                MaxPromptTokens = 60_000,
            },
            random));
}

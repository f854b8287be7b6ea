using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Power;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Cli.Setup;

/// <summary>What a user says about a barrier group, whether or not its workers compute prompts.</summary>
internal sealed record BarrierSettings
{
    private const int DefaultWorkers = 16;
    private const double SolverSeconds = 60;

    private const Signals Lengths = Signals.PredictedLength | Signals.LengthInterval | Signals.LengthClass;

    public required int Workers { get; init; }

    /// <summary>Most requests on one worker; null when the user did not say.</summary>
    public required int? Slots { get; init; }

    public required int Pool { get; init; }

    public required PolicyChoice<IBalancingPolicy> Balancing { get; init; }

    public required IPowerModel Power { get; init; }

    public required string PowerText { get; init; }

    /// <summary>Solves the integer programs of policies that follow one.</summary>
    public static IPlacementSolver Solver { get; } = new PlacementSolver(SolverSeconds);

    /// <summary>Whether the policy asks how long outputs are believed to be.</summary>
    public bool UsesPrediction => (Balancing.Entry.Signals & Lengths) != Signals.None;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static BarrierSettings? From(BarrierOptions options, FleetOptions shared, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        int workers = options.Workers.Read(parsed, problems) ?? DefaultWorkers;
        int? slots = options.Slots.Read(parsed, problems);
        int pool = options.Pool.Read(parsed, problems) ?? SlotGroupConfiguration.PublishedPool(workers);
        string? balancingText = parsed.GetValue(options.Balancing);
        PolicyChoice<IBalancingPolicy>? balancing = Fleet.Choose(PolicyCatalog.Balancing, "--balancing", balancingText, problems);
        string powerText = parsed.GetValue(options.Power) ?? "law";
        PerformanceCatalog? catalog = Hardware.CatalogOf(parsed.GetValue(shared.Catalog), problems);
        ReadResult<IPowerModel>? power = catalog is null ? null : PowerSpec.Parse(powerText, catalog);
        foreach (InputProblem problem in power?.Problems ?? [])
        {
            problems.Add("--power", problem.ToString());
        }

        return problems.Sentences.Count > before ? null : new BarrierSettings
        {
            Workers = workers,
            Slots = slots,
            Pool = pool,
            Balancing = balancing!,
            Power = power!.Value!,
            PowerText = powerText,
        };
    }

    /// <summary>Refuses a balancing policy that needs what is not predicted.</summary>
    public void RequirePredicted(PredictionSpec prediction, InputProblems problems)
    {
        Signals missing = Balancing.Entry.Signals & Lengths & ~prediction.Provides;
        if (missing != Signals.None)
        {
            problems.Add("--predict", $"{Balancing.Entry.Name} needs {missing}, which {prediction} does not give");
        }
    }

    /// <summary>The settings that every barrier group has, for the report.</summary>
    public IEnumerable<ReportEntry> Configuration =>
    [
        new("workers", Workers.ToString(CultureInfo.InvariantCulture)),
        new("slots", Slots is { } slots ? slots.ToString(CultureInfo.InvariantCulture) : "as many as a batch holds"),
        new("pool", Pool.ToString(CultureInfo.InvariantCulture)),
        new("balancing", Balancing.ToString()),
        new("power", PowerText),
    ];

    /// <summary>What a reader must know about the numbers of every barrier group.</summary>
    public IEnumerable<string> Notes =>
    [
        "The barrier's numbers stop with the last step before which requests joined, as published ones do;"
            + " in a group that only decodes, so do energy and output tokens per second.",
        .. Power is GpuPowerModel gpu ? gpu.Assumptions.Select(assumption => "Assumed: " + assumption + ".") : [],
    ];
}

using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Power;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// The barrier group a user asked for, its policy still open to be varied by a comparison: the published setting, decode only.
/// </summary>
internal sealed record BarrierGroup
{
    private const int DefaultWorkers = 16;
    private const int DefaultSlots = 72;

    private const Signals Lengths = Signals.PredictedLength | Signals.LengthInterval | Signals.LengthClass;

    public required int Workers { get; init; }

    public required int Slots { get; init; }

    public required int Pool { get; init; }

    public required IStepTimeModel StepTime { get; init; }

    public required string StepTimeText { get; init; }

    public required PolicyChoice<IBalancingPolicy> Balancing { get; init; }

    public required PredictionSpec Prediction { get; init; }

    public required IPowerModel Power { get; init; }

    public required string PowerText { get; init; }

    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    public Instant WarmUpEnd { get; init; }

    public Instant StopAt { get; init; } = Instant.Never;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static BarrierGroup? From(BarrierOptions options, FleetOptions shared, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        int workers = options.Workers.Read(parsed, problems) ?? DefaultWorkers;
        int slots = options.Slots.Read(parsed, problems) ?? DefaultSlots;
        if ((long)workers * slots > int.MaxValue / 2)
        {
            problems.Add("--slots", $"{workers:#,0} workers of {slots:#,0} slots are too many");
        }

        int pool = options.Pool.Read(parsed, problems) ?? SlotGroupConfiguration.PublishedPool(workers);
        string? stepText = parsed.GetValue(shared.StepTime);
        ReadResult<IStepTimeModel> step = stepText is null
            ? new(PublishedStepTime.For(slots), [], [])
            : StepTimeSpec.Parse(stepText, File.OpenRead);
        foreach (InputProblem problem in step.Problems)
        {
            problems.Add("--step-time", problem.ToString());
        }

        string powerText = parsed.GetValue(options.Power) ?? "law";
        PerformanceCatalog? catalog = Hardware.CatalogOf(parsed.GetValue(shared.Catalog), problems);
        ReadResult<IPowerModel>? power = catalog is null ? null : PowerSpec.Parse(powerText, catalog);
        foreach (InputProblem problem in power?.Problems ?? [])
        {
            problems.Add("--power", problem.ToString());
        }

        string? balancingText = parsed.GetValue(options.Balancing);
        PolicyChoice<IBalancingPolicy>? balancing = Fleet.Choose(PolicyCatalog.Balancing, "--balancing", balancingText, problems);
        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(shared.Predict) ?? "exact", problems);
        ServiceObjectives objectives = Fleet.Slo(parsed.GetValue(shared.Slo), problems);
        Duration warmUp = shared.WarmUp.Read(parsed, problems) ?? Duration.Zero;
        Duration? stopAt = shared.StopAt.Read(parsed, problems);
        return problems.Sentences.Count > before ? null : new BarrierGroup
        {
            Workers = workers,
            Slots = slots,
            Pool = pool,
            StepTime = step.Value!,
            StepTimeText = stepText ?? "published",
            Balancing = balancing!,
            Prediction = prediction!,
            Power = power!.Value!,
            PowerText = powerText,
            Objectives = objectives,
            WarmUpEnd = Instant.Zero + warmUp,
            StopAt = stopAt is { } stop ? Instant.Zero + stop : Instant.Never,
        };
    }

    /// <summary>The group as something to run; null when its policy needs what is not predicted.</summary>
    public SystemUnderTest? System(int? closedConcurrency, InputProblems problems)
    {
        Signals missing = Balancing.Entry.Signals & Lengths & ~Prediction.Provides;
        if (missing != Signals.None)
        {
            problems.Add("--predict", $"{Balancing.Entry.Name} needs {missing}, which {Prediction} does not give");
            return null;
        }

        var scenario = new SlotGroupScenario
        {
            Group = new SlotGroupConfiguration(Workers, Slots, Pool, StepTime, Balancing),
            Prediction = UsesPrediction ? Prediction : null,
            Power = Power,
            ClosedConcurrency = closedConcurrency,
            WarmUpEnd = WarmUpEnd,
            Objectives = Objectives,
            StopAt = StopAt,
        };
        return new SystemUnderTest
        {
            Name = Workers == 1 ? "a barrier group of one worker" : $"a barrier group of {Workers} workers",
            Configuration = Configuration,
            Notes = Notes,
            Run = (source, random, observer) => SlotGroupReport.Of(SlotGroupRun.Execute(scenario, source, random, observer), random.Seed),
        };
    }

    /// <summary>The group under each of the balancing policies in <c>a,b:x=1,c</c>, by the names the user gave them.</summary>
    public IReadOnlyList<(string Name, BarrierGroup Group)> Variants(string policies, InputProblems problems)
    {
        IReadOnlyList<string> names = PolicyNames.Split(policies);
        foreach (string twice in names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            problems.Add("--policies", $"'{twice}' is given twice");
        }

        return [.. names.Select(name => (name, Under(name)))];

        BarrierGroup Under(string name) =>
            this with { Balancing = Fleet.Choose(PolicyCatalog.Balancing, "--policies", name, problems) ?? Balancing };
    }

    private bool UsesPrediction => (Balancing.Entry.Signals & Lengths) != Signals.None;

    private IReadOnlyList<ReportEntry> Configuration =>
    [
        new("topology", "barrier, decode only"),
        new("workers", Text(Workers)),
        new("slots", Text(Slots)),
        new("pool", Text(Pool)),
        new("step_time", StepTimeText),
        new("balancing", Balancing.ToString()),
        .. UsesPrediction ? new ReportEntry[] { new("predict", Prediction.ToString()) } : [],
        new("power", PowerText),
    ];

    private IReadOnlyList<string> Notes =>
    [
        "The group only decodes: a prompt is there when its request joins, and TTFT is waiting, the backlog's included, and one step.",
        "The barrier's numbers stop with the last step before which requests joined, as published ones do;"
            + " energy and throughput cover the whole run.",
        .. UsesPrediction && Prediction.SeesTrueLength
            ? new[]
            {
                $"Lengths are predicted ({Prediction}) from true output lengths, which no live group knows;"
                    + " --predict learned knows only what has finished.",
            }
            : [],
        .. Power is GpuPowerModel gpu ? gpu.Assumptions.Select(assumption => "Assumed: " + assumption + ".") : [],
    ];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

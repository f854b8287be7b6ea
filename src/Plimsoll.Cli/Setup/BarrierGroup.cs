using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// The barrier group a user asked for, its policy still open to be varied by a comparison: the published setting, decode only.
/// </summary>
internal sealed record BarrierGroup
{
    private const int DefaultSlots = 72;

    public required BarrierSettings Settings { get; init; }

    public required IStepTimeModel StepTime { get; init; }

    public required string StepTimeText { get; init; }

    public required PredictionSpec Prediction { get; init; }

    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    public Instant WarmUpEnd { get; init; }

    public Instant StopAt { get; init; } = Instant.Never;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static BarrierGroup? From(BarrierOptions options, FleetOptions shared, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        BarrierSettings? settings = BarrierSettings.From(options, shared, parsed, problems);
        int slots = settings?.Slots ?? DefaultSlots;
        if (settings is not null && (long)settings.Workers * slots > int.MaxValue / 2)
        {
            problems.Add("--slots", $"{settings.Workers:#,0} workers of {slots:#,0} slots are too many");
        }

        string? stepText = parsed.GetValue(shared.StepTime);
        ReadResult<IStepTimeModel> step = stepText is null
            ? new(PublishedStepTime.For(slots), [], [])
            : StepTimeSpec.Parse(stepText, File.OpenRead);
        foreach (InputProblem problem in step.Problems)
        {
            problems.Add("--step-time", problem.ToString());
        }

        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(shared.Predict) ?? "exact", problems);
        ServiceObjectives objectives = Fleet.Slo(parsed.GetValue(shared.Slo), problems);
        Duration warmUp = shared.WarmUp.Read(parsed, problems) ?? Duration.Zero;
        Duration? stopAt = shared.StopAt.Read(parsed, problems);
        return problems.Sentences.Count > before ? null : new BarrierGroup
        {
            Settings = settings! with { Slots = slots },
            StepTime = step.Value!,
            StepTimeText = stepText ?? "published",
            Prediction = prediction!,
            Objectives = objectives,
            WarmUpEnd = Instant.Zero + warmUp,
            StopAt = stopAt is { } stop ? Instant.Zero + stop : Instant.Never,
        };
    }

    /// <summary>The group as something to run; null when its policy needs what is not predicted.</summary>
    public SystemUnderTest? System(int? closedConcurrency, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        Settings.RequirePredicted(Prediction, problems);
        if (problems.Sentences.Count > before)
        {
            return null;
        }

        int workers = Settings.Workers;
        var group = new SlotGroupConfiguration(workers, Settings.Slots ?? DefaultSlots, Settings.Pool, StepTime, Settings.Balancing)
        {
            Solver = BarrierSettings.Solver,
        };
        var scenario = new SlotGroupScenario
        {
            Group = group,
            Prediction = Settings.UsesPrediction ? Prediction : null,
            Power = Settings.Power,
            ClosedConcurrency = closedConcurrency,
            WarmUpEnd = WarmUpEnd,
            Objectives = Objectives,
            StopAt = StopAt,
        };
        return new SystemUnderTest
        {
            Name = workers == 1 ? "a barrier group of one worker" : $"a barrier group of {workers} workers",
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

        BarrierGroup Under(string name) => this with
        {
            Settings = Settings with { Balancing = Fleet.Choose(PolicyCatalog.Balancing, "--policies", name, problems) ?? Settings.Balancing },
        };
    }

    private IReadOnlyList<ReportEntry> Configuration =>
    [
        new("topology", "barrier, decode only"),
        .. Settings.Configuration,
        new("step_time", StepTimeText),
        .. Settings.UsesPrediction ? new ReportEntry[] { new("predict", Prediction.ToString()) } : [],
    ];

    private IReadOnlyList<string> Notes =>
    [
        "The group only decodes: a prompt is there when its request joins, and TTFT is waiting, the backlog's included, and one step.",
        .. Settings.Notes,
        .. Settings.UsesPrediction && Prediction.SeesTrueLength
            ? new[]
            {
                $"Lengths are predicted ({Prediction}) from true output lengths, which no live group knows;"
                    + " --predict learned knows only what has finished.",
            }
            : [],
    ];
}

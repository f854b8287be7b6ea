using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Fleet;
using Plimsoll.Planning.Fleet.Reports;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll plan fleet</c>: the cheapest fleet that keeps its promises.</summary>
internal static class PlanFleetCommand
{
    private const int MostParts = 100_000;

    private const string Help = """
        The cheapest fleet of equal replicas that keeps a percentile of TTFT, TPOT or E2E below its limit, with head-room below the load line.
        Formulas say which GPUs can do it and about how many it takes; simulation confirms it, with 95 % intervals over replications.

        Examples:
          plimsoll plan fleet --trace conversation.csv --model llama-3.1-8b --slo ttft=1s,tpot=50ms
          plimsoll plan fleet --trace conversation.csv --model llama-3.1-70b --gpu h100,h200,a100 --tp 2,4,8 --slo ttft=2s,tpot=60ms@p95 --rate 40 --out report
          plimsoll plan fleet --prompt lognormal:600:1000:8000 --output lognormal:150:250:2000 --arrivals gamma:30:2 --slo ttft=500ms --price h100=1.9,l4=.35 --gpu h100,l4
          plimsoll plan fleet --trace day.csv --slo ttft=1s,tpot=50ms --gpu h100 --tp 1 --profile hour --json
        """;

    public static Command Create()
    {
        var options = new FleetPlanOptions();
        var command = new Command("fleet", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, FleetPlanOptions options)
    {
        var problems = new InputProblems();
        OutputOptions output = options.Engine.Output;
        ulong seed = output.SeedOf(parsed, problems);
        string? folder = output.FolderOf(parsed, problems);
        FleetPlanTraffic? described = FleetPlanTraffic.From(options, parsed, problems);
        LatencyTargets? targets = LatencyPromise.Read(parsed.GetValue(options.Slo), problems);
        EngineMenu? menu = EngineMenu.From(options, parsed, problems);
        double headroom = options.Headroom.Read(parsed, problems) ?? 0.1;
        Duration? part = options.Profile.Read(parsed, problems);
        var plan = new VerificationPlan(
            options.Replications.Read(parsed, problems) ?? 6,
            options.RequestsPerRun.Read(parsed, problems) ?? 10_000,
            options.Engine.Threads.Read(parsed, problems) ?? Environment.ProcessorCount);
        if (part is not null && parsed.GetValue(options.Engine.Traffic.Trace) is null)
        {
            problems.Add("--profile", "needs a --trace, whose rate changes over time");
        }

        FleetTraffic? traffic = problems.Any ? null : described!.Read(seed, problems);
        if (traffic is not null && part is { } length && described!.PartsOf(length.Seconds) is not (> 0 and <= MostParts))
        {
            problems.Add("--profile", described.HasTimes ? $"parts of {length} are more than {MostParts:#,0}"
                : $"{described.Name} has no times");
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        return traffic is null ? ExitCode.Interrupted
            : Write(Answer(described!, traffic, targets!, menu!, headroom, plan, seed), described!, part, folder,
                parsed.GetValue(output.Json));
    }

    private static FleetPlanReport Answer(
        FleetPlanTraffic described,
        FleetTraffic traffic,
        LatencyTargets targets,
        EngineMenu menu,
        double headroom,
        VerificationPlan plan,
        ulong seed)
    {
        var clock = Stopwatch.StartNew();
        (IReadOnlyList<EngineOption> kinds, IReadOnlyList<SkippedEngine> skipped) = menu.For(traffic);
        EngineSearch[] searches = [.. kinds.Select(kind => new EngineSearch(kind, traffic, targets, headroom, plan.RequestsPerRun))];
        using var progress = new RunProgress(null);
        long requests = FleetSearchRuns.Run(new FleetSearch(searches), traffic, targets, plan, new RandomTree(seed), progress);
        var report = new FleetPlanReport
        {
            Title = $"Fleet for {described.Name}",
            Traffic = traffic,
            Targets = targets,
            Headroom = headroom,
            Searches = searches,
            Skipped = skipped,
            Replications = plan.Replications,
            Seed = seed,
            Configuration = [.. described.Configuration, .. Configuration(menu, targets, headroom, plan)],
            Notes = [.. described.Notes, .. Notes(traffic, menu, kinds, plan)],
        };
        double? capacity = report.Cheapest is not { } cheapest ? null
            : FleetSearchRuns.Capacity(cheapest, traffic, targets, headroom, plan, new RandomTree(seed), progress);
        double seconds = clock.Elapsed.TotalSeconds;
        return report with
        {
            Capacity = capacity,
            Partial = progress.Interrupted,
            Wall = new WallSummary(seconds, requests / seconds, Process.GetCurrentProcess().PeakWorkingSet64),
        };
    }

    private static int Write(FleetPlanReport report, FleetPlanTraffic described, Duration? part, string? folder, bool json)
    {
        if (report.Cheapest is { } cheapest)
        {
            double each = (report.Capacity ?? report.Traffic.RequestsPerSecond) / cheapest.Replicas;
            report = report with
            {
                Rates = described.Profile(part?.Seconds, each),
                Profile = part is { } length ? described.Profile(length.Seconds, each) : null,
            };
        }

        var forms = new ReportForms(
            writer => FleetPlanHtml.Write(report, writer), stream => FleetPlanJson.Write(report, stream),
                writer => FleetPlanText.Write(report, writer));
        forms.Write(folder, json, to => to.WriteText("fleets.csv", writer => FleetPlanCsv.Write(report, writer)));
        if (report.Partial)
        {
            return ExitCode.Interrupted;
        }

        if (report.Cheapest is null)
        {
            Terminal.Say("no feasible answer: " + FleetPlanText.Infeasibility(report));
            return ExitCode.Infeasible;
        }

        return ExitCode.Done;
    }

    private static IEnumerable<ReportEntry> Configuration(EngineMenu menu, LatencyTargets targets, double headroom, VerificationPlan plan)
    {
        foreach ((LatencyKind kind, double seconds) in targets.All)
        {
            yield return new($"{LatencyTargets.NameOf(kind).ToLowerInvariant()}_{targets.Percentile}_seconds", Text(seconds));
        }

        yield return new("headroom", Text(headroom));
        yield return new("gpus", string.Join(',', menu.Gpus.Select(gpu => gpu.Gpu.Id)));
        yield return new("dollars_per_gpu_hour", string.Join(',', menu.Gpus.Select(gpu => Text(gpu.DollarsPerHour))));
        yield return new("tensor_parallel", string.Join(',', menu.Degrees));
        if (menu.Any is { } any)
        {
            foreach (ReportEntry entry in any.Engine.Configuration.Where(entry => entry.Name is "model" or "weight_dtype" or "kv_dtype"))
            {
                yield return entry;
            }

            yield return new("batching", any.Batching);
        }

        yield return new("routing", menu.Routing);
        yield return new("replications", Text(plan.Replications));
        yield return new("requests_per_run", Text(plan.RequestsPerRun));
    }

    private static IEnumerable<string> Notes(FleetTraffic traffic, EngineMenu menu, IReadOnlyList<EngineOption> kinds,
        VerificationPlan plan)
    {
        yield return $"Simulated: {plan.Replications} replications; {traffic.Method}. "
            + "± is half the 95 % interval; a promise is kept if the upper end is within the limit.";
        string[] dates = [.. menu.Gpus.Where(gpu => !gpu.Given).Select(gpu =>
            gpu.Gpu.Price!.Date.ToString("o", CultureInfo.InvariantCulture)).Distinct().Order()];
        if (dates.Length > 0)
        {
            yield return $"Prices are medians of list prices on demand of {string.Join(" and ", dates)}, "
                + "middles of the range where no median is known; "
                + "they move, and --price sets others.";
        }

        yield return "Step times are a roofline from published rates, not measurements of an engine; calibrate before deciding on them.";
        yield return Hardware.EnergyNote;
        foreach (string note in menu.Hardware.SelectMany(hardware => hardware.PowerNotes).Distinct())
        {
            yield return note;
        }

        foreach (string gpu in kinds.Where(kind => !kind.KnowsPower).Select(kind => kind.Gpu).Distinct())
        {
            yield return $"No power is known of {gpu}: its energy is left open, and counts as worst on the front.";
        }

        yield return $"Fleets that cost more than {FleetSearch.PriceRange:0} times the cheapest are not looked at. "
            + "All replicas of a fleet are equal: fleets of several kinds are not searched.";
        foreach (string number in menu.Hardware.SelectMany(hardware => hardware.UnverifiedNumbers).Distinct())
        {
            yield return "Unverified: " + number + ".";
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

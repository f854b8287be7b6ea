using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Planning.LoadLine.Reports;
using Plimsoll.Planning.LoadLine.Simulated;
using Plimsoll.Workloads;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll plan loadline</c>: how much traffic a replica carries, and how many replicas a rate needs.</summary>
internal static class PlanLoadLineCommand
{
    private const int LeastRequestsPerRun = 20_000;
    private const int BatchesPerRun = 200;

    private const string Help = """
        Where the queue of a replica begins to grow without end: the load line from memory, token budget and step time, the rate below which
        stability is guaranteed, and the replicas that a rate needs. Formulas first; --verify finds the line by simulation too.

        Examples:
          plimsoll plan loadline --prompt uniform:10:1600 --output uniform:10:1600 --kv-tokens 131000 --step-time const:0.0372 --chunk 512 --rate 100
          plimsoll plan loadline --prompt lognormal:600:1000:8000 --output lognormal:150:250:2000 --model llama-3.1-8b --gpu h100 --verify --out report
          plimsoll plan loadline --trace conversation.csv --model llama-3.1-8b --gpu a100 --rate 50 --target-utilization 0.8 --json
          plimsoll plan loadline --prompt const:400 --output const:100 --kv-tokens unlimited --step-time const:0.025 --token-budget 512
          plimsoll plan loadline --prompt const:800 --output const:200 --engine 4xllama-3.1-8b@h100 --engine 8xllama-3.1-8b@a100 --rate 200
          plimsoll plan loadline --phase "1 uniform:10:2133 uniform:10:1066 const:0.043" --phase "1 uniform:10:1066 uniform:10:2133 const:0.0337" --kv-tokens 131000 --step-time const:0.04 --chunk 512
        """;

    public static Command Create()
    {
        var options = new LoadLineOptions();
        var command = new Command("loadline", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, LoadLineOptions options)
    {
        var problems = new InputProblems();
        ulong seed = options.Output.SeedOf(parsed, problems);
        double? rate = options.Rate.Read(parsed, problems);
        double utilization = options.TargetUtilization.Read(parsed, problems) ?? 0.9;
        int replications = options.Replications.Read(parsed, problems) ?? 6;
        int? requestsPerRun = options.RequestsPerRun.Read(parsed, problems);
        int threads = options.Threads.Read(parsed, problems) ?? Environment.ProcessorCount;
        IReadOnlyList<PlannedPhase> phases = PlannedPhase.From(options, parsed, problems);
        Traffic? trace = TraceOf(options, parsed, problems);
        RefuseContradictions(options, parsed, phases.Count, problems);
        bool ofKinds = TrafficOptions.IsGiven(options.EngineKind, parsed);
        IReadOnlyList<PlannedEngine>? kinds = ofKinds ? PlannedEngine.From(options, parsed, problems) : null;
        LoadLineReplica? replica = ofKinds ? (kinds is { Count: > 0 } ? kinds[0].Replica : null) : LoadLineReplica.From(options, parsed, problems);
        string? folder = options.Output.FolderOf(parsed, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        IReadOnlyList<InferenceRequest>? recorded = trace is null ? null : RecordedTraffic.Read(trace, new RandomTree(seed), problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (trace is not null && recorded is null)
        {
            return ExitCode.Interrupted;
        }

        var clock = Stopwatch.StartNew();
        List<LoadLinePhase> lines = LinesOf(replica!, phases, trace, recorded, problems);
        List<EngineLine>? engines = kinds is null ? null :
            [.. kinds.Select(kind => new EngineLine(
                kind.Name, kind.Count, LinesOf(kind.Replica, phases, trace, recorded, problems) is { Count: > 0 } found ? LineOver(found) : double.NaN))];
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        var report = new LoadLineReport
        {
            Title = $"Load line: {(trace is null ? string.Join("; ", phases.Select(phase => phase.Name)) : trace.Name)}",
            Phases = lines,
            Rate = rate,
            TargetUtilization = utilization,
            Fleet = engines is null ? null : new MixedFleet(engines),
            Seed = seed,
            ClosedFormSeconds = clock.Elapsed.TotalSeconds,
            Configuration = [.. Configuration(trace, phases, rate, utilization), .. replica!.Configuration],
            Notes = [.. Notes(lines, phases, replica, kinds), .. lines.SelectMany(phase => LoadLineLimits.Of(phase.Line)).Distinct()],
        };
        if (parsed.GetValue(options.Verify))
        {
            LoadLineEstimate line = lines[0].Line;
            long requests = requestsPerRun ?? Math.Max(LeastRequestsPerRun, (long)(BatchesPerRun * line.ResidentRequests));
            clock.Restart();
            SimulatedLine? simulated = LoadLineVerification.Run(
                line, replica, TrafficOf(phases, recorded), new RandomTree(seed), new VerificationPlan(replications, requests, threads));
            report = report with
            {
                Simulated = simulated,
                SimulationSeconds = clock.Elapsed.TotalSeconds,
                Partial = simulated is null,
                Notes = simulated is null ? [.. report.Notes, "The simulation was interrupted: formulas only."] : report.Notes,
            };
        }

        var forms = new ReportForms(
            writer => LoadLineHtml.Write(report, writer), stream => LoadLineJson.Write(report, stream), writer => LoadLineText.Write(report, writer));
        forms.Write(folder, parsed.GetValue(options.Output.Json));
        return report.Partial ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static Traffic? TraceOf(LoadLineOptions options, ParseResult parsed, InputProblems problems)
    {
        if (parsed.GetValue(options.Traffic.Trace) is not null)
        {
            return Traffic.From(options.Traffic, parsed, problems);
        }

        options.Traffic.RefuseIdle(null, parsed, problems);
        if (options.Traffic.Requests.Read(parsed, problems) is not null)
        {
            problems.Add("--requests", "there is no trace to take the first requests of");
        }

        return null;
    }

    private static void RefuseContradictions(LoadLineOptions options, ParseResult parsed, int phases, InputProblems problems)
    {
        bool verify = parsed.GetValue(options.Verify);
        foreach (Option option in options.OfVerification.Where(option => !verify && TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, "means something only with --verify");
        }

        if (verify && phases > 1)
        {
            problems.Add("--verify", "simulates one kind of traffic at a time: run it for each phase by itself");
        }

        if (TrafficOptions.IsGiven(options.TargetUtilization.Option, parsed) && !TrafficOptions.IsGiven(options.Rate.Option, parsed))
        {
            problems.Add("--target-utilization", "says how much of the line --rate may use; there is no --rate");
        }

        if (!TrafficOptions.IsGiven(options.EngineKind, parsed))
        {
            return;
        }

        FleetOptions fleet = options.Fleet;
        Option[] excluded = [fleet.Gpu, fleet.Model, fleet.TensorParallel.Option, fleet.StepTime, fleet.KvTokens, options.Verify];
        foreach (Option option in excluded.Where(option => TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, "excludes --engine, which describes several kinds of replicas");
        }
    }

    // One line for each phase; what does not fit is a problem or has no answer.
    private static List<LoadLinePhase> LinesOf(
        LoadLineReplica replica,
        IReadOnlyList<PlannedPhase> phases,
        Traffic? trace,
        IReadOnlyList<InferenceRequest>? recorded,
        InputProblems problems)
    {
        List<LoadLinePhase> lines = [];
        if (recorded is not null)
        {
            Add(trace!.Name, 1, OfTrace(recorded, replica), replica.Limits());
        }

        foreach (PlannedPhase phase in phases)
        {
            Add(phase.Name, phase.Share, LawMoments.Of(phase.Prompt, phase.Output, replica.ChunkTokens), replica.Limits(phase.StepTime));
        }

        return lines;

        void Add(string name, double share, RequestMoments moments, ReplicaLimits limits)
        {
            if (moments.ShortestTokens > limits.KvTokens)
            {
                problems.Add(
                    "--kv-tokens",
                    string.Create(CultureInfo.InvariantCulture, $"{limits.KvTokens:#,0} tokens hold not even the smallest request ({name}: {moments.ShortestTokens:#,0})"));
                return;
            }

            if (moments.LongestTokens > limits.KvTokens)
            {
                throw new InfeasibleException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: a request may need {moments.LongestTokens:#,0} KV tokens, and a replica has {limits.KvTokens:#,0}; such requests are never served"));
            }

            lines.Add(new LoadLinePhase(name, share, LoadLineEstimate.Of(moments, limits)));
        }
    }

    private static RequestMoments OfTrace(IReadOnlyList<InferenceRequest> recorded, LoadLineReplica replica)
    {
        var moments = new TraceMoments(replica.ChunkTokens, replica.Rules.PrefixCaching);
        foreach (InferenceRequest request in recorded)
        {
            moments.Add(request);
        }

        return moments.Build();
    }

    private static double LineOver(List<LoadLinePhase> phases) =>
        PhaseMixture.RequestsPerSecond([.. phases.Select(phase => (phase.Share, phase.Line.RequestsPerSecond))]);

    private static LineTraffic TrafficOf(IReadOnlyList<PlannedPhase> phases, IReadOnlyList<InferenceRequest>? recorded) => recorded is null
        ? (arrivals, requests, random) => new GeneratedSource(arrivals, phases[0].Prompt, phases[0].Output, requests, random)
        : (arrivals, requests, random) => new DrawnRequests(recorded, arrivals, requests, random);

    private static IEnumerable<ReportEntry> Configuration(Traffic? trace, IReadOnlyList<PlannedPhase> phases, double? rate, double utilization)
    {
        foreach (ReportEntry entry in trace?.Configuration ?? [])
        {
            yield return entry;
        }

        for (int i = 0; i < phases.Count; i++)
        {
            string share = phases[i].Share.ToString("0.####", CultureInfo.InvariantCulture);
            yield return new ReportEntry(phases.Count == 1 ? "lengths" : $"phase_{i + 1}", phases.Count == 1 ? phases[i].Name : $"{share}: {phases[i].Name}");
        }

        if (rate is { } wanted)
        {
            yield return new ReportEntry("rate", wanted.ToString(CultureInfo.InvariantCulture));
            yield return new ReportEntry("target_utilization", utilization.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string> Notes(
        List<LoadLinePhase> lines, IReadOnlyList<PlannedPhase> phases, LoadLineReplica replica, IReadOnlyList<PlannedEngine>? kinds)
    {
        if (kinds is { Count: > 0 })
        {
            yield return $"All numbers but those of the fleet are of one replica of {kinds[0].Name}.";
        }

        if (phases.Any(phase => LawMoments.IsUnbounded(phase.Prompt) || LawMoments.IsUnbounded(phase.Output)))
        {
            yield return "Lengths have no upper bound: the largest request is what all but two in a million stay below.";
        }

        if (lines.Exists(phase => phase.Line.Binding == BindingLimit.Memory))
        {
            yield return "The line is the same for all policies; how near they come to it is in the table of efficiencies.";
        }

        foreach (string note in replica.Engine.Hardware is null ? [] : replica.Engine.Notes(replica.Rules))
        {
            yield return note;
        }
    }
}

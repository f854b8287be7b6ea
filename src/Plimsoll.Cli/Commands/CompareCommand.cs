using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands;

/// <summary><c>plimsoll compare</c>: the same traffic under several policies.</summary>
internal static class CompareCommand
{
    private const string Help = """
        Serve the same traffic under several policies and print the paired differences from the first.

        Examples:
          plimsoll compare --policies round-robin,least-requests,prefix-aware --trace mooncake.jsonl.gz --replicas 8
          plimsoll compare --policies vllm,sarathi:budget=512,vllm-v0 --prompt lognormal:600:1000 --output lognormal:150:250 --arrivals poisson:20 --requests 20000 --replications 10
          plimsoll compare --topology barrier --no-prefill --policies fcfs-fill,jsq-tokens,bf-io --lengths burst --arrivals backlog --requests 100000 --replications 5
          plimsoll compare --policies vllm+random,vllm+least-requests,sarathi+least-requests --trace code.csv --replicas 4
        """;

    public static Command Create()
    {
        var traffic = new TrafficOptions();
        var fleet = new FleetOptions();
        var barrier = new BarrierOptions();
        var output = new OutputOptions();
        Option<string?> policies = Opt.Text("--policies", "What to compare, the baseline first: a,b,c; join policies of different families by +.", "A,B,…");
        Setting<int> replications = Opt.Count("--replications", "How many times, each with traffic of its own (default 1; intervals need 2).", 1, 100_000);
        Setting<int> threads = Opt.Count("--threads", "Runs at a time (default: as many as there are processors).", 1, 4096);
        var command = new Command("compare", Help) { policies, replications.Option, threads.Option };
        traffic.AddTo(command);
        fleet.AddTo(command);
        barrier.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed => Run(parsed, policies, replications, threads, traffic, fleet, barrier, output));
        return command;
    }

    private static int Run(
        ParseResult parsed,
        Option<string?> policies,
        Setting<int> replicationOption,
        Setting<int> threadOption,
        TrafficOptions trafficOptions,
        FleetOptions fleetOptions,
        BarrierOptions barrierOptions,
        OutputOptions output)
    {
        var problems = new InputProblems();
        Traffic? traffic = Traffic.From(trafficOptions, parsed, problems);
        SystemKind kind = barrierOptions.KindOf(fleetOptions, apart: null, parsed, problems);
        bool decodesOnly = kind == SystemKind.DecodeOnlyGroup;
        BarrierGroup? group = decodesOnly ? BarrierGroup.From(barrierOptions, fleetOptions, parsed, problems) : null;
        BarrierSettings? lockstep = kind == SystemKind.Groups ? BarrierSettings.From(barrierOptions, fleetOptions, parsed, problems) : null;
        Fleet? fleet = decodesOnly ? null : Fleet.From(fleetOptions, parsed, lockstep, problems);
        ulong seed = output.SeedOf(parsed, problems);
        int replications = replicationOption.Read(parsed, problems) ?? 1;
        int threads = threadOption.Read(parsed, problems) ?? Environment.ProcessorCount;
        string? policyText = parsed.GetValue(policies);
        if (policyText is null)
        {
            problems.Add("--policies", "say what to compare, as in round-robin,least-requests");
        }

        List<(string Name, SystemUnderTest System)> systems =
        [
            .. Systems(policyText, fleet, group, traffic?.ClosedConcurrency, problems),
        ];

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        using var progress = new RunProgress(traffic!.Expected * systems.Count * replications);
        ComparisonReport? report = ComparedRuns.Execute(traffic, systems, new RandomTree(seed), replications, threads, progress, problems);
        if (report is null)
        {
            return Terminal.Refuse(problems);
        }

        List<string> notes = [.. report.Notes, .. systems[0].System.Notes];
        if (replications > 1 && !traffic.IsRandom)
        {
            notes.Add("The trace is the same in every replication: intervals show the policies' own chance only.");
        }

        Write(
            report with
            {
                Configuration =
                [
                    .. traffic.Configuration,
                    new("replications", replications.ToString(CultureInfo.InvariantCulture)),
                    .. systems[0].System.Configuration,
                ],
                Notes = notes,
            },
            parsed.GetValue(output.Out),
            parsed.GetValue(output.Json));
        return progress.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static IEnumerable<(string Name, SystemUnderTest System)> Systems(
        string? policies, Fleet? fleet, BarrierGroup? group, int? closedConcurrency, InputProblems problems)
    {
        if (policies is not null && fleet is not null)
        {
            foreach (PolicyVariant variant in PolicyVariant.ParseAll(policies, fleet, problems))
            {
                if (variant.Fleet.System(closedConcurrency, problems) is { } system)
                {
                    yield return (variant.Name, system);
                }
            }
        }

        if (policies is not null && group is not null)
        {
            foreach ((string name, BarrierGroup variant) in group.Variants(policies, problems))
            {
                if (variant.System(closedConcurrency, problems) is { } system)
                {
                    yield return (name, system);
                }
            }
        }
    }

    /// <summary>Writes a comparison wherever the user wants it.</summary>
    public static void Write(ComparisonReport report, string? folderPath, bool json)
    {
        var forms = new ReportForms(
            writer => ComparisonHtml.Write(report, writer),
            stream => ComparisonJson.Write(report, stream),
            writer => ComparisonText.Write(report, writer));
        forms.Write(folderPath, json);
    }
}

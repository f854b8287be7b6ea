using System.CommandLine;
using Plimsoll.Cli.Commands.Plans;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands;

/// <summary><c>plimsoll simulate</c>: what would this traffic feel like on that fleet, under these policies?</summary>
internal static class SimulateCommand
{
    private const string Help = """
        Serve a trace, or generated traffic, with a simulated fleet.

        Examples:
          plimsoll simulate --trace conversation.csv --replicas 4 --model llama-3.1-8b --gpu h100 --out report
          plimsoll simulate --prompt lognormal:600:1000 --output lognormal:150:250 --arrivals poisson:40 --requests 100000 --replicas 4
          plimsoll simulate --trace mooncake.jsonl.gz --spread-buckets --replicas 8 --routing prefix-aware --json
          plimsoll simulate --topology barrier --workers 16 --slots 72 --no-prefill --balancing fcfs-fill --lengths burst --arrivals backlog --requests 100000
          plimsoll simulate --topology barrier --workers 8 --balancing even-keel --trace conversation.csv --model deepseek-v3 --gpu h200 --tp 8
          plimsoll simulate --topology afd --ratio 8 --batch 256 --prompt geometric:100 --output geometric:500 --attention .00165:50 --ffn .083:100 --comm .022:20
          plimsoll simulate --trace code.csv --arrivals "recorded*1.5" --slo ttft=1s,tpot=50ms
        """;

    public static Command Create()
    {
        var traffic = new TrafficOptions();
        var fleet = new FleetOptions();
        var barrier = new BarrierOptions();
        var apart = new AfdOptions(traffic);
        var output = new OutputOptions();
        Option<bool> table = Opt.Flag("--request-table", "With --out: also write requests.csv, one row a request.");
        var command = new Command("simulate", Help);
        traffic.AddTo(command);
        fleet.AddTo(command);
        barrier.AddTo(command);
        foreach (Option option in apart.OfOneSystem)
        {
            command.Options.Add(option);
        }

        command.Options.Add(table);
        output.AddTo(command);
        command.SetAction(parsed => Run(parsed, traffic, fleet, barrier, apart, output, parsed.GetValue(table)));
        return command;
    }

    private static int Run(
        ParseResult parsed,
        TrafficOptions trafficOptions,
        FleetOptions fleetOptions,
        BarrierOptions barrierOptions,
        AfdOptions apart,
        OutputOptions output,
        bool table)
    {
        var problems = new InputProblems();
        SystemKind kind = barrierOptions.KindOf(fleetOptions, apart, parsed, problems);
        if (kind == SystemKind.Disaggregated)
        {
            return AfdRun.Run(parsed, apart, output, table, problems);
        }

        Traffic? traffic = Traffic.From(trafficOptions, parsed, problems);
        bool decodesOnly = kind == SystemKind.DecodeOnlyGroup;
        BarrierGroup? group = decodesOnly ? BarrierGroup.From(barrierOptions, fleetOptions, parsed, problems) : null;
        BarrierSettings? lockstep = kind == SystemKind.Groups ? BarrierSettings.From(barrierOptions, fleetOptions, parsed, problems) : null;
        Fleet? fleet = decodesOnly ? null : Fleet.From(fleetOptions, parsed, lockstep, problems);
        ulong seed = output.SeedOf(parsed, problems);
        SystemUnderTest? system = problems.Any ? null
            : group is not null ? group.System(traffic!.ClosedConcurrency, problems)
            : fleet!.System(traffic!.ClosedConcurrency, problems);
        string? folderPath = output.FolderOf(parsed, problems);
        if (table && parsed.GetValue(output.Out) is null)
        {
            problems.Add("--request-table", "needs --out DIR");
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        using RequestTable? requests = table ? RequestTable.Create(folderPath!) : null;
        using var progress = new RunProgress(traffic!.Expected);
        SimulatedRun? run = SimulatedRun.Execute(traffic, system!, new RandomTree(seed), progress, problems, requests, readsAhead: true);
        if (run is null)
        {
            return Terminal.Refuse(problems);
        }

        RunReport report = run.Report with
        {
            Title = $"{traffic.Name} on {system!.Name}",
            Configuration = [.. traffic.Configuration, .. system.Configuration],
            Notes = [.. run.Notes, .. system.Notes],
        };
        requests?.Complete();
        var forms = new ReportForms(
            writer => HtmlReport.Write(report, writer), stream => JsonReport.Write(report, stream), writer => TextReport.Write(report, writer));
        forms.Write(folderPath, parsed.GetValue(output.Json), folder => WriteTables(folder, report));
        return run.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static void WriteTables(OutputFolder folder, RunReport report)
    {
        folder.WriteText("replicas.csv", writer => CsvReport.WriteReplicas(writer, report.Replicas));
        if (report.Series is { } series)
        {
            folder.WriteText("timeseries.csv", writer => CsvReport.WriteTimeSeries(writer, series));
        }
    }
}

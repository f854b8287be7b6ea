using System.CommandLine;
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
          plimsoll simulate --trace code.csv --arrivals "recorded*1.5" --slo ttft=1s,tpot=50ms
        """;

    public static Command Create()
    {
        var traffic = new TrafficOptions();
        var fleet = new FleetOptions();
        var barrier = new BarrierOptions();
        var output = new OutputOptions();
        Option<bool> table = Opt.Flag("--request-table", "With --out: also write requests.csv, one row a request.");
        var command = new Command("simulate", Help);
        traffic.AddTo(command);
        fleet.AddTo(command);
        barrier.AddTo(command);
        command.Options.Add(table);
        output.AddTo(command);
        command.SetAction(parsed => Run(parsed, traffic, fleet, barrier, output, parsed.GetValue(table)));
        return command;
    }

    private static int Run(
        ParseResult parsed, TrafficOptions trafficOptions, FleetOptions fleetOptions, BarrierOptions barrierOptions, OutputOptions output, bool table)
    {
        var problems = new InputProblems();
        Traffic? traffic = Traffic.From(trafficOptions, parsed, problems);
        bool isBarrier = barrierOptions.IsBarrier(fleetOptions, parsed, problems);
        BarrierGroup? group = isBarrier ? BarrierGroup.From(barrierOptions, fleetOptions, parsed, problems) : null;
        Fleet? fleet = isBarrier ? null : Fleet.From(fleetOptions, parsed, problems);
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

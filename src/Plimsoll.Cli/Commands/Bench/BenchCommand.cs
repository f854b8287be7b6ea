using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Bench;
using Plimsoll.Core;
using Plimsoll.LoadGen.Reports;
using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Servers;

namespace Plimsoll.Cli.Commands.Bench;

/// <summary><c>plimsoll bench</c>: how fast is this engine really?</summary>
internal static class BenchCommand
{
    private const string Help = """
        Put load on a server of the OpenAI API and measure it. Latencies count from the moment at which a request should have started; when this
        machine could not keep up, the report says so, is marked invalid, and the exit code is 3.

        Examples:
          plimsoll bench --url http://127.0.0.1:8000 --prompt lognormal:600:1000 --output lognormal:150:250 --arrivals poisson:4 --requests 500
          plimsoll bench --url http://127.0.0.1:8000 --trace conversation.csv --arrivals "recorded*1.5" --tokenizer tokenizer.json --out report
          plimsoll bench --url http://127.0.0.1:8000 --prompt const:512 --output const:128 --arrivals closed:32 --requests 1000 --repeats 5 --json
          plimsoll bench --url http://127.0.0.1:8000 --prompt const:512 --output const:128 --arrivals ramp:1:20:60 --requests 600 --slo ttft=1s,tpot=50ms
          plimsoll bench --url http://127.0.0.1:8000 --prompt const:512 --output const:128 --arrivals poisson:1 --requests 300 --slo ttft=1s,tpot=50ms@p99 --find-rate 1:50
        """;

    public static Command Create()
    {
        var bench = new BenchOptions();
        var traffic = new TrafficOptions();
        var output = new OutputOptions();
        var command = new Command("bench", Help);
        bench.AddTo(command);
        traffic.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed => Run(parsed, bench, traffic, output));
        return command;
    }

    private static int Run(ParseResult parsed, BenchOptions options, TrafficOptions trafficOptions, OutputOptions output)
    {
        var problems = new InputProblems();
        Traffic? traffic = Traffic.From(trafficOptions, parsed, problems);
        BenchInput? input = BenchInput.From(options, parsed, traffic, problems);
        ulong seed = output.SeedOf(parsed, problems);
        string? folder = output.FolderOf(parsed, problems);
        IReadOnlyList<InferenceRequest>? requests = problems.Any ? null : BenchTraffic.Read(traffic!, new RandomTree(seed), problems);
        if (input?.Search is not null && requests is not null && double.IsInfinity(BenchTraffic.RateOf(requests)))
        {
            problems.Add("--find-rate", "all requests come at once, and so have no rate that could be set; give open arrivals, such as poisson:1");
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (requests is null)
        {
            return ExitCode.Interrupted;
        }

        try
        {
            return Measure(input!, traffic!, requests, seed, folder, parsed.GetValue(output.Json));
        }
        catch (ServerProblemException problem)
        {
            Terminal.Say("error: " + problem.Message);
            return ExitCode.Failure;
        }
        catch (SocketException broken)
        {
            Terminal.Say($"error: {input!.Target} cannot be reached any more: {broken.Message}");
            return ExitCode.Failure;
        }
    }

    private static int Measure(BenchInput input, Traffic traffic, IReadOnlyList<InferenceRequest> requests, ulong seed, string? folder,
        bool json)
    {
        if (input.ApiKey is not null && !input.Target.Secure
            && !(IPAddress.TryParse(input.Target.Host, out IPAddress? host) && IPAddress.IsLoopback(host)))
        {
            Terminal.Say("warning: the API key travels unencrypted; use https");
        }

        using var progress = new LoadProgress();
        using var server = new ServerAccess(input.Target, input.ApiKey, input.Metrics);
        var session = BenchSession.Open(input, server, seed, progress);
        var runs = new BenchRuns(input, traffic, session, progress, seed);
        if (input.Search is { } range)
        {
            runs.Search(range, requests);
        }
        else
        {
            runs.Repeat(requests);
        }

        if (runs.Results.Count == 0)
        {
            return ExitCode.Interrupted;
        }

        BenchReport report = runs.Report();
        var forms = new ReportForms(writer => BenchHtml.Write(report, writer), stream => BenchJson.Write(report, stream), writer =>
            BenchText.Write(report, writer));
        forms.Write(folder, json, tables => WriteRequests(tables, runs.Results));
        foreach (string sentence in json ? report.WhyNot : [])
        {
            Terminal.Say(sentence);
        }

        if (report.Search is { Rate: 0 })
        {
            Terminal.Say("no feasible answer: not even the lowest rate keeps the SLO");
        }

        return report.Partial ? ExitCode.Interrupted : report.IsValid && report.Search is not { Rate: 0 } ? ExitCode.Done
            : ExitCode.Infeasible;
    }

    private static void WriteRequests(OutputFolder folder, IReadOnlyList<LoadResult> results)
    {
        for (int run = 0; run < results.Count; run++)
        {
            string number = run == 0 ? "" : "-" + (run + 1).ToString(CultureInfo.InvariantCulture);
            folder.WriteText($"requests{number}.csv", writer => RequestCsv.Write(results[run].Records, writer));
        }
    }
}

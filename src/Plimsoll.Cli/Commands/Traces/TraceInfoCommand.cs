using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary><c>plimsoll trace info</c>: what do these requests look like?</summary>
internal static class TraceInfoCommand
{
    private const string Help = """
        Statistics of traces: arrivals, lengths, correlation, reuse of prefixes, sessions.

        Examples:
          plimsoll trace info conversation.csv
          plimsoll trace info code.csv conversation.csv --json
          plimsoll trace info mooncake.jsonl.gz --spread-buckets --out report
          plimsoll trace info servegen/m-large
          zcat trace.jsonl.gz | plimsoll trace info -
        """;

    public static Command Create()
    {
        Argument<string[]> files = Arg.Required<string[]>(
            "FILE", "Trace files (plain or gzip, format recognised by content), ServeGen folders, or - for standard input.");
        files.Arity = ArgumentArity.OneOrMore;
        var reading = new TraceReading();
        var output = new OutputOptions();
        var command = new Command("info", Help) { files };
        reading.AddFileOptions(command);
        command.Options.Add(output.Json);
        command.Options.Add(output.Out);
        command.SetAction(parsed => Run(parsed, parsed.GetRequiredValue(files), reading, output));
        return command;
    }

    private static int Run(ParseResult parsed, string[] paths, TraceReading reading, OutputOptions output)
    {
        var problems = new InputProblems();
        string? folderPath = output.FolderOf(parsed, problems);
        List<TraceFindings> traces = [];
        foreach (string path in paths)
        {
            TraceOptions options = reading.OptionsFor(path, parsed, new RandomTree(1), problems);
            if (TraceExamination.Of(path, options, reading.SkipBadRows(parsed), folderPath is not null, problems) is { } findings)
            {
                traces.Add(findings);
                if (findings.Partial)
                {
                    break;
                }
            }
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (folderPath is not null)
        {
            WriteReports(OutputFolder.Open(folderPath), traces);
        }

        Print(traces, parsed.GetValue(output.Json));
        return traces[^1].Partial ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static void Print(List<TraceFindings> traces, bool json)
    {
        if (json)
        {
            MachineOutput.Write(writer => TraceInfoJson.Write(writer, traces));
            return;
        }

        foreach (TraceFindings trace in traces)
        {
            TraceInfoText.Write(Console.Out, trace);
        }
    }

    private static void WriteReports(OutputFolder folder, List<TraceFindings> traces)
    {
        folder.Write("report.json", stream => JsonReport.WriteDocument(stream, writer => TraceInfoJson.Write(writer, traces)));
        for (int i = 0; i < traces.Count; i++)
        {
            TraceFindings trace = traces[i];
            if (trace.Lists is null)
            {
                Terminal.Say($"{trace.Name} describes requests, it lists none, so it has no report.html; draw some with trace convert");
                continue;
            }

            string name = traces.Count == 1 ? "report.html" : $"report-{i + 1}.html";
            folder.WriteText(name, writer => ReportOf(trace, trace.Requests!.Named()).WriteHtml(writer));
            Terminal.Say($"wrote {folder.PathOf(name)}");
        }
    }

    private static TraceReport ReportOf(TraceFindings trace, IReadOnlyList<KeyValuePair<string, double>> named) => new()
    {
        Title = Path.GetFileName(trace.Name) + (trace.Partial ? " (partial: the numbers cover the beginning only)" : ""),
        ArrivalSeconds = trace.Lists!.ArrivalSeconds,
        PromptTokens = trace.Lists.PromptTokens,
        OutputTokens = trace.Lists.OutputTokens,
        Facts = [new ReportEntry("format", trace.Format), .. named.Select(entry => new ReportEntry(entry.Key, Units.Number(entry.Value)))],
        Notes = trace.Notes,
    };
}

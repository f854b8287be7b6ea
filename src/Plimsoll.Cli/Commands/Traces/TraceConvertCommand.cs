using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary><c>plimsoll trace convert</c>: the same requests in another format, or with other times.</summary>
internal static class TraceConvertCommand
{
    private const string Help = """
        Write a trace in another format, and say what that format cannot hold. A ServeGen folder is drawn from.

        Examples:
          plimsoll trace convert mooncake.jsonl.gz mooncake.csv
          plimsoll trace convert conversation.csv conversation.vidur.csv
          plimsoll trace convert lengths.csv timed.csv.gz --arrivals poisson:5
          plimsoll trace convert servegen/m-large morning.csv.gz --window-start 8h --window-length 10m --rate-scale 0.1 --seed 7
          zcat trace.jsonl.gz | plimsoll trace convert - - --to azure
        """;

    public static Command Create()
    {
        Argument<string> input = Arg.Required<string>("IN", "Trace file or ServeGen folder; - for standard input.");
        var destination = new TraceDestination();
        var reading = new TraceReading();
        Option<string?> arrivals = Opt.Text("--arrivals", $"Other arrival times: {ArrivalParser.Forms}.", "A");
        Option<bool> growing = Opt.Flag(
            "--assume-growing-prefixes",
            "Coding sessions without block hashes: assume that each prompt begins with the one before it and its answer.");
        var output = new OutputOptions();
        var command = new Command("convert", Help) { input };
        destination.AddTo(command);
        reading.AddFileOptions(command);
        command.Options.Add(arrivals);
        command.Options.Add(growing);
        reading.AddModelOptions(command);
        command.Options.Add(output.Seed.Option);
        command.SetAction(parsed =>
        {
            var problems = new InputProblems();
            string path = parsed.GetRequiredValue(input);
            var random = new RandomTree(output.SeedOf(parsed, problems));
            TraceOptions options = reading.OptionsFor(path, parsed, random, problems) with
            {
                AssumeGrowingPrefixes = parsed.GetValue(growing),
            };
            ArrivalProcess process = ArrivalsOf(parsed.GetValue(arrivals), problems);
            TraceFormat? format = destination.Format(parsed, TraceFormats.Plimsoll, problems);
            destination.Check(parsed, path, problems);
            if (problems.Any)
            {
                OpenedTrace.Exists(path, problems);
                return Terminal.Refuse(problems);
            }

            using OpenedTrace? trace = OpenedTrace.Open(path, options, problems);
            return trace is null ? Terminal.Refuse(problems) : new TraceWriting
            {
                Path = destination.Path(parsed),
                Format = format!,
                Requests = process.ApplyTo(trace.Source, random),
                Verify = (_, found) => Verify(trace, reading.SkipBadRows(parsed), parsed.GetValue(arrivals), process, found),
                Notes = () => Notes(trace, process),
                Json = destination.Json(parsed),
            }.Execute();
        });
        return command;
    }

    private static ArrivalProcess ArrivalsOf(string? text, InputProblems problems)
    {
        ArrivalProcess? process = new RecordedArrivals();
        if (text is not null && !ArrivalParser.TryParse(text, out process, out string problem))
        {
            problems.Add("--arrivals", problem);
        }
        else if (process is ClosedArrivals)
        {
            problems.Add("--arrivals", $"'{text}' has no times to write: they follow from the answers; write backlog and run it as {text}");
        }

        return process ?? new RecordedArrivals();
    }

    private static void Verify(OpenedTrace trace, bool skipBadRows, string? arrivals, ArrivalProcess process, InputProblems problems)
    {
        if (trace.Problems.MustFail(skipBadRows))
        {
            problems.Add(trace.Problems);
        }
        else if (trace.Source.Notes.LengthsOnly && arrivals is not null && process is RecordedArrivals)
        {
            problems.Add("--arrivals", $"the trace has no times, so '{arrivals}' means nothing; choose some, such as poisson:5 or backlog");
        }
    }

    private static IEnumerable<string> Notes(OpenedTrace trace, ArrivalProcess process) =>
        trace.Source.Notes.LengthsOnly && process is RecordedArrivals
            ? trace.Notes().Append("the trace has no arrival times: every request is at time zero; --arrivals gives them times")
            : trace.Notes();
}

using System.CommandLine;
using System.Text.Json;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Serving;

namespace Plimsoll.Cli.Commands.Serve;

/// <summary><c>plimsoll replay</c>: a recorded decision log, decided again.</summary>
internal static class ReplayCommand
{
    private const string Help = """
        Feed the decision log of a gateway (serve --record DIR) to the dispatcher, and require the same decisions.

        Examples:
          plimsoll replay --log record/
          plimsoll replay --log record/decisions-000001.log --json
        """;

    public static Command Create()
    {
        Option<string?> log = Opt.Text("--log", "A file of the log, or the folder with all of them.", "PATH");
        Option<bool> json = Opt.Flag("--json", "Write one JSON document to standard output.");
        var command = new Command("replay", Help) { log, json };
        command.SetAction(parsed => Run(parsed.GetValue(log), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? path, bool json)
    {
        var problems = new InputProblems();
        ReplayedLog? log = null;
        if (path is null)
        {
            problems.Add("--log", "name a file of the log or a folder with such files");
        }
        else
        {
            log = ReplayedLog.Read(path, problems);
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        foreach (string remark in log!.Remarks)
        {
            Terminal.Say(remark);
        }

        if (json)
        {
            Write(log);
        }

        if (log.Difference is { } found)
        {
            Terminal.Say($"{found.File}:{found.Line}: decided otherwise");
            Terminal.Say($"  input:    {found.What.Input}");
            Terminal.Say($"  expected: {found.What.Expected}");
            Terminal.Say($"  got:      {found.What.Got}");
            return ExitCode.Failure;
        }

        string summary = $"{log.Events:#,0} events, {log.Decisions:#,0} {(log.Decisions == 1 ? "decision" : "decisions")} in {log.Files.Count} {(log.Files.Count == 1 ? "file" : "files")}: all the same";
        (json ? Console.Error : Console.Out).WriteLine(summary);
        return ExitCode.Done;
    }

    private static void Write(ReplayedLog log)
    {
        using (Stream output = Console.OpenStandardOutput())
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("identical", log.Difference is null);
            writer.WriteNumber("events", log.Events);
            writer.WriteNumber("decisions", log.Decisions);
            writer.WriteNumber("lost_events", log.LostEvents);
            writer.WriteStartArray("files");
            foreach (ReplayedFile file in log.Files)
            {
                writer.WriteStartObject();
                writer.WriteString("file", file.Name);
                writer.WriteString("pool", file.Head.Pool);
                writer.WriteString("run", file.Head.Run);
                writer.WriteNumber("part", file.Head.Part);
                writer.WriteNumber("events", file.Events);
                writer.WriteNumber("decisions", file.Decisions);
                writer.WriteBoolean("whole", file.Whole);
                writer.WriteBoolean("joins_the_one_before", file.Joins);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (log.Difference is { } found)
            {
                writer.WriteStartObject("first_difference");
                writer.WriteString("file", found.File);
                writer.WriteNumber("line", found.Line);
                writer.WriteString("input", found.What.Input);
                writer.WriteString("expected", found.What.Expected);
                writer.WriteString("got", found.What.Got);
                writer.WriteEndObject();
            }

            writer.WriteStartArray("remarks");
            foreach (string remark in log.Remarks)
            {
                writer.WriteStringValue(remark);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        Console.Out.WriteLine();
    }
}

using System.CommandLine;
using System.Text.Json;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads.Traces;
using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary><c>plimsoll trace formats</c>: which formats there are.</summary>
internal static class TraceFormatsCommand
{
    private const string Help = """
        List the trace formats: name, what can be read and written, fields.

        Examples:
          plimsoll trace formats
          plimsoll trace formats --json
        """;

    private static readonly string[] Headings = ["name", "reads", "writes", "fields"];

    public static Command Create()
    {
        Option<bool> json = new OutputOptions().Json;
        var command = new Command("formats", Help) { json };
        command.SetAction(parsed => Run(parsed.GetValue(json)));
        return command;
    }

    private static int Run(bool json)
    {
        if (json)
        {
            MachineOutput.Write(WriteFields);
        }
        else
        {
            TextTable.Write(Console.Out, [Headings, .. TraceFormats.All.Select(Row)], Headings.Length);
        }

        return ExitCode.Done;
    }

    private static string Reads(TraceFormat format) => format == ServeGenModel.Format ? "folder" : "file";

    private static string[] Row(TraceFormat format) => [format.Name, Reads(format), format.CanWrite ? "yes" : "no", format.Description];

    private static void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("formats");
        foreach (TraceFormat format in TraceFormats.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", format.Name);
            writer.WriteString("reads", Reads(format));
            writer.WriteBoolean("writes", format.CanWrite);
            writer.WriteString("fields", format.Description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

using System.Text.Json;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Output;

/// <summary>The machine's answer: one JSON document on standard output.</summary>
internal static class MachineOutput
{
    public static void Write(Action<Utf8JsonWriter> writeFields)
    {
        using Stream standardOutput = Console.OpenStandardOutput();
        JsonReport.WriteDocument(standardOutput, writeFields);
    }
}

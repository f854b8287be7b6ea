using System.Text.Json;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Cli.Output;

/// <summary>Writes what happens in the gateway, one JSON object for each event.</summary>
internal sealed class EventLogFile(Stream to, LogSeverity least) : JsonLinesFile<LogLine>(to, "the log"), IEventLog
{
    public bool Takes(LogSeverity severity) => severity >= least;

    public void Write(LogLine line) => Add(line);

    protected override void Write(Utf8JsonWriter json, LogLine record)
    {
        json.WriteString("at", record.At);
        json.WriteString("level", record.Severity.ToString().ToLowerInvariant());
        json.WriteString("event", record.Event);
        Text(json, "replica", record.Replica);
        if (record.Request is { } request)
        {
            json.WriteNumber("request", request);
        }

        Text(json, "trace_id", record.Trace);
        Text(json, "message", record.Message);
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}

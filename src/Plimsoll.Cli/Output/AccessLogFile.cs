using System.Text.Json;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Cli.Output;

/// <summary>Writes the access log, one JSON object for each request.</summary>
internal sealed class AccessLogFile(Stream to) : JsonLinesFile<AccessRecord>(to, "the access log"), IAccessLog
{
    public void Write(AccessRecord record) => Add(record);

    protected override void Write(Utf8JsonWriter json, AccessRecord record)
    {
        json.WriteString("at", record.At);
        json.WriteString("path", record.Path);
        json.WriteString("model", record.Model);
        json.WriteNumber("status", record.Status);
        json.WriteString("outcome", record.Outcome.ToString().ToLowerInvariant());
        json.WriteString("reason", record.Reason);
        json.WriteString("replica", record.Replica);
        json.WriteNumber("attempts", record.Attempts);
        json.WriteBoolean("streams", record.Streams);
        Number(json, "queue_seconds", record.QueueSeconds);
        Number(json, "first_token_seconds", record.FirstTokenSeconds);
        json.WriteNumber("total_seconds", record.TotalSeconds);
        Number(json, "prompt_tokens", record.PromptTokens);
        Number(json, "output_tokens", record.OutputTokens);
        if (record.Trace is { } trace)
        {
            json.WriteString("trace_id", trace);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
    }
}

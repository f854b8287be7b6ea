using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Gateway.Hosting;

/// <summary>
/// "What would the last minutes have been under other policies?": <c>{"minutes": 5, "routing": "least-requests"}</c> in, two simulated runs
/// and what lies between them out. One question at a time.
/// </summary>
internal sealed class WhatIfEndpoint(Fleet fleet, TrafficReader reader, LiveOptions options)
{
    private const int MostBytes = 4096;
    private const int MostMinutes = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _busy;

    public async Task HandleAsync(HttpContext context)
    {
        if (options.Current.WhatIf is not { } simulator)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "this gateway has no simulator").ConfigureAwait(false);
            return;
        }

        if (Interlocked.Exchange(ref _busy, 1) == 1)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "another question is being answered").ConfigureAwait(false);
            return;
        }

        try
        {
            WhatIfQuestion? question = await QuestionAsync(context).ConfigureAwait(false);
            if (question is not null)
            {
                await AnswerAsync(context, simulator, question).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private async Task<WhatIfQuestion?> QuestionAsync(HttpContext context)
    {
        List<string> problems = [];
        JsonElement body = default;
        try
        {
            byte[] bytes = new byte[MostBytes];
            int length = await context.Request.Body.ReadAtLeastAsync(bytes, MostBytes, false, context.RequestAborted).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(0, length));
            body = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Told below.
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            string wanted = $"the body must be one JSON object of at most {MostBytes} bytes";
            await RefuseAsync(context, StatusCodes.Status400BadRequest, wanted).ConfigureAwait(false);
            return null;
        }

        double minutes = 5;
        if (body.TryGetProperty("minutes", out JsonElement given)
            && !(given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out minutes) && minutes is > 0 and <= MostMinutes))
        {
            problems.Add($"minutes: must be a number above 0, at most {MostMinutes}");
        }

        ModelPool? pool = PoolOf(Text(body, "pool", problems));
        if (pool is null)
        {
            problems.Add("pool: there is no such pool");
        }

        (string? admission, string? ordering) = (Text(body, "admission", problems), Text(body, "ordering", problems));
        (string? routing, string? window) = (Text(body, "routing", problems), Text(body, "window", problems));
        if (problems.Count > 0)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, [.. problems]).ConfigureAwait(false);
            return null;
        }

        LiveTraffic traffic = reader.Read(pool!, Duration.FromSeconds(minutes * 60), PoolTraffic.MostRequests);
        return new WhatIfQuestion(traffic, admission, ordering, routing, window);
    }

    private ModelPool? PoolOf(string? name)
    {
        IReadOnlyList<ModelPool> pools = fleet.Pools();
        return pools.Where(pool => name is null || pool.Name == name)
            .OrderByDescending(pool => fleet.Replicas.Count(replica => replica.Pool == pool))
            .ThenBy(pool => pool.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private static async Task AnswerAsync(HttpContext context, IWhatIf simulator, WhatIfQuestion question)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        leave.CancelAfter(Patience);
        WhatIfAnswer answer = await Task.Run(() => simulator.Compare(question, leave.Token), leave.Token).ConfigureAwait(false);
        if (answer.Problems.Count > 0)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, [.. answer.Problems]).ConfigureAwait(false);
            return;
        }

        await WriteAsync(context, StatusCodes.Status200OK, json => Write(json, question.Traffic, answer)).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, LiveTraffic traffic, WhatIfAnswer answer)
    {
        IReadOnlyList<InferenceRequest> requests = traffic.Requests;
        json.WriteNumber("requests", requests.Count);
        json.WriteNumber("span_seconds", requests.Count == 0 ? 0 : (requests[^1].Arrival - requests[0].Arrival).Seconds);
        json.WriteNumber("replicas", traffic.Replicas);
        Write(json, "current", answer.Current!);
        Write(json, "other", answer.Other!);
        json.WriteStartObject("difference");
        WriteDifference(json, "queue_seconds", answer.Current!.Queue, answer.Other!.Queue);
        WriteDifference(json, "ttft_seconds", answer.Current.Ttft, answer.Other.Ttft);
        WriteDifference(json, "tpot_seconds", answer.Current.Tpot, answer.Other.Tpot);
        WriteDifference(json, "e2e_seconds", answer.Current.E2e, answer.Other.E2e);
        json.WriteEndObject();
        json.WriteStartArray("notes");
        foreach (string note in answer.Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, WhatIfRun run)
    {
        json.WriteStartObject(name);
        json.WriteString("policies", run.Policies);
        json.WriteNumber("completed", run.Completed);
        json.WriteNumber("rejected", run.Rejected);
        WriteTriple(json, "queue_seconds", run.Queue.Mean, run.Queue.P50, run.Queue.P99);
        WriteTriple(json, "ttft_seconds", run.Ttft.Mean, run.Ttft.P50, run.Ttft.P99);
        WriteTriple(json, "tpot_seconds", run.Tpot.Mean, run.Tpot.P50, run.Tpot.P99);
        WriteTriple(json, "e2e_seconds", run.E2e.Mean, run.E2e.P50, run.E2e.P99);
        json.WriteEndObject();
    }

    private static void WriteDifference(Utf8JsonWriter json, string name, LatencySummary current, LatencySummary other) =>
        WriteTriple(json, name, other.Mean - current.Mean, other.P50 - current.P50, other.P99 - current.P99);

    private static void WriteTriple(Utf8JsonWriter json, string name, double mean, double p50, double p99)
    {
        json.WriteStartObject(name);
        foreach ((string key, double value) in new[] { ("mean", mean), ("p50", p50), ("p99", p99) })
        {
            if (double.IsFinite(value))
            {
                json.WriteNumber(key, value);
            }
            else
            {
                json.WriteNull(key);
            }
        }

        json.WriteEndObject();
    }

    private static string? Text(JsonElement body, string name, List<string> problems)
    {
        if (!body.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number)
        {
            return value.GetRawText();
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add($"{name}: must be a string");
            return null;
        }

        return value.GetString() is { Length: > 0 } text ? text : null;
    }

    private static Task RefuseAsync(HttpContext context, int status, params string[] problems) => WriteAsync(context, status, json =>
    {
        json.WriteStartArray("problems");
        foreach (string problem in problems)
        {
            json.WriteStringValue(problem);
        }

        json.WriteEndArray();
    });

    private static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var to = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = to.WrittenCount;
        return context.Response.Body.WriteAsync(to.WrittenMemory, context.RequestAborted).AsTask();
    }
}

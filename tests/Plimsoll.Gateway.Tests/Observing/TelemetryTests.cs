using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Tests.Hosting;

namespace Plimsoll.Gateway.Tests.Observing;

/// <summary>Spans and metrics by the conventions, with the client's context above and the engine's below.</summary>
public sealed class TelemetryTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Other = "1af7651916cd43dd8448eb211c80319c";
    private const string Client = "00-" + Trace + "-b7ad6b7169203331-01";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_s_context_goes_through_our_spans_to_the_engine()
    {
        ConcurrentQueue<Activity> ended = new();
        using ActivityListener listener = Listen(ended);
        await using Served served = await Served.StartAsync(1);

        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop, headers: [("traceparent", Client), ("tracestate", "a=1")]);
        await Served.UntilAsync(() => ended.Count(span => span.TraceId.ToHexString() == Trace) == 2);

        Activity request = ended.Single(span => span.TraceId.ToHexString() == Trace && span.Kind == ActivityKind.Server);
        Activity attempt = ended.Single(span => span.TraceId.ToHexString() == Trace && span.Kind == ActivityKind.Client);
        IHeaderDictionary seen = served.Engines[0].Seen.Single().Headers;
        Assert.Equal("b7ad6b7169203331", request.ParentSpanId.ToHexString());
        Assert.Equal(request.SpanId, attempt.ParentSpanId);
        Assert.Equal($"00-{Trace}-{attempt.SpanId}-01", seen["traceparent"].ToString());
        Assert.Equal("a=1", seen["tracestate"].ToString());
        Assert.Equal("chat m", request.DisplayName);
        Assert.Equal(
            ("chat", "m", 7, 2, "completed", "e0"),
            (request.GetTagItem("gen_ai.operation.name"), request.GetTagItem("gen_ai.request.model"), request.GetTagItem("gen_ai.usage.input_tokens"),
                request.GetTagItem("gen_ai.usage.output_tokens"), request.GetTagItem("plimsoll.outcome"), request.GetTagItem("plimsoll.replica")));
        Assert.Equal(
            (served.Engines[0].Address.Host, served.Engines[0].Address.Port), (attempt.GetTagItem("server.address"), attempt.GetTagItem("server.port")));
    }

    [Fact]
    public async Task Each_attempt_is_a_span_and_nothing_says_what_was_asked()
    {
        ConcurrentQueue<Activity> ended = new();
        using ActivityListener listener = Listen(ended);
        await using Served served = await Served.StartAsync(2, prepare: (i, engine) =>
            engine.Answer = i == 0 ? (context, _) => FakeEngine.WriteAsync(context, "{}", 503) : engine.Answer);

        using HttpResponseMessage answer = await served.PostAsync(
            Served.Chat, stop: Stop, headers: [("traceparent", $"00-{Other}-b7ad6b7169203331-01"), ("Authorization", "Bearer secret"), ("user", "Ann")]);
        await Served.UntilAsync(() => ended.Count(span => span.TraceId.ToHexString() == Other) == 3);

        Activity[] spans = [.. ended.Where(span => span.TraceId.ToHexString() == Other)];
        Activity[] attempts = [.. spans.Where(span => span.Kind == ActivityKind.Client)];
        Assert.Equal("upstream_status", attempts[0].GetTagItem("error.type"));
        Assert.Equal(1, attempts[1].GetTagItem("http.request.resend_count"));
        Assert.Equal(2, spans.Single(span => span.Kind == ActivityKind.Server).GetTagItem("plimsoll.attempts"));
        string everything = string.Join('\n', spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName)));
        Assert.DoesNotMatch("Hello|Hi|secret|Bearer|Ann", everything);
    }

    [Fact]
    public async Task Without_listeners_the_client_s_header_goes_on_as_it_is()
    {
        await using Served served = await Served.StartAsync(1);
        (await served.PostAsync(Served.Chat, stop: Stop, headers: [("traceparent", Client)])).Dispose();

        Assert.Equal(Client, served.Engines[0].Seen.Single().Headers["traceparent"].ToString());
    }

    [Fact]
    public async Task Metrics_have_the_names_of_the_conventions()
    {
        ConcurrentQueue<(string Name, string? Unit, double Value, string Tags)> seen = new();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, of) =>
        {
            if (instrument.Meter.Name == GatewayTelemetry.Name)
            {
                of.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, instrument.Unit, value, Text(tags))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, instrument.Unit, value, Text(tags))));
        listener.Start();
        await using Served served = await Served.StartAsync(1, prepare: (_, engine) =>
        {
            engine.Models = ["telemetry-model"];
            engine.Answer = (context, _) => FakeEngine.StreamAsync(
                context,
                new[] { "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "{\"choices\":[{\"delta\":{\"content\":\"b\"}}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":2}}", "[DONE]" }
                    .Select(data => System.Text.Encoding.UTF8.GetBytes($"data: {data}\n\n")),
                pauseMilliseconds: 5);
        });

        using HttpResponseMessage answer =
            await served.PostAsync(Served.StreamedChat.Replace("\"m\"", "\"telemetry-model\"", StringComparison.Ordinal), stop: Stop);
        await answer.Content.ReadAsByteArrayAsync(Stop);
        await Served.UntilAsync(() => seen.Count(each => each.Tags.Contains("telemetry-model", StringComparison.Ordinal)) >= 5);

        (string Name, string? Unit, double Value, string Tags)[] ours = [.. seen.Where(each => each.Tags.Contains("telemetry-model", StringComparison.Ordinal))];
        Assert.Equal(
            [
                ("gen_ai.client.token.usage", "{token}"), ("gen_ai.client.token.usage", "{token}"), ("gen_ai.server.request.duration", "s"),
                ("gen_ai.server.time_per_output_token", "s"), ("gen_ai.server.time_to_first_token", "s"),
            ],
            ours.Select(each => (each.Name, each.Unit)).Order());
        Assert.Equal([2, 11], ours.Where(each => each.Unit == "{token}").Select(each => each.Value).Order());
        Assert.All(ours, each => Assert.Contains("gen_ai.operation.name=chat", each.Tags, StringComparison.Ordinal));
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        List<string> parts = [];
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            parts.Add($"{tag.Key}={tag.Value}");
        }

        return string.Join(' ', parts);
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayTelemetry.Name,
            // Other tests run beside this one and are not to be traced.
            Sample = (ref ActivityCreationOptions<ActivityContext> of) => of.Parent.TraceId.ToHexString() is Trace or Other
                ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}

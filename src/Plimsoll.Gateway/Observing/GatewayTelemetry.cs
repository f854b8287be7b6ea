using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Backends;

namespace Plimsoll.Gateway.Observing;

/// <summary>
/// Traces and metrics for OpenTelemetry, by the conventions for generative AI (open-telemetry/semantic-conventions-genai, in development):
/// a server span for each request, a client span for each attempt, whose context goes on to the engine. Nothing of it costs anything while
/// nobody listens; prompts, answers and keys are in none of it.
/// </summary>
public sealed class GatewayTelemetry : IDisposable
{
    /// <summary>Name of the source of spans and of the meter.</summary>
    public const string Name = "Plimsoll.Gateway";

    private const string Provider = "plimsoll";

    private static readonly ActivitySource Spans = new(Name);

    // The boundaries that the conventions give.
    private static readonly double[] Durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] FirstTokens =
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
    private static readonly double[] PerToken = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5];
    private static readonly long[] Tokens =
        [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perToken;
    private readonly Histogram<long> _tokens;

    /// <summary>Instruments that nobody listens to yet.</summary>
    public GatewayTelemetry()
    {
        _duration = Seconds("gen_ai.server.request.duration", "From a request's arrival to the last byte of its answer.", Durations);
        _firstToken = Seconds("gen_ai.server.time_to_first_token", "From a request's arrival to its first content.", FirstTokens);
        _perToken = Seconds("gen_ai.server.time_per_output_token", "Time for each output token after the first.", PerToken);
        _tokens = _meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens of prompts and answers.",
            null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = Tokens });
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>The span of a request, a child of the client's if that sent one; null while nobody listens.</summary>
    internal static Activity? Begin(HttpRequest request)
    {
        if (!Spans.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out ActivityContext parent);
        Activity? span = Spans.StartActivity(OperationOf(request.Path), ActivityKind.Server, parent);
        span?.SetTag("gen_ai.operation.name", OperationOf(request.Path));
        span?.SetTag("gen_ai.provider.name", Provider);
        span?.SetTag("http.request.method", "POST");
        span?.SetTag("url.path", request.Path.Value);
        return span;
    }

    /// <summary>The span of one attempt at one replica; null while nobody listens.</summary>
    internal static Activity? Try(Activity? request, Backend backend, int attempt)
    {
        if (request is null)
        {
            return null;
        }

        Activity? span = Spans.StartActivity("POST", ActivityKind.Client, request.Context);
        span?.SetTag("server.address", backend.Address.Host);
        span?.SetTag("server.port", backend.Address.Port);
        span?.SetTag("http.request.method", "POST");
        span?.SetTag("plimsoll.replica", backend.Name);
        if (attempt > 1)
        {
            span?.SetTag("http.request.resend_count", attempt - 1);
        }

        return span;
    }

    /// <summary>Puts the attempt's context in place of the client's, for the engine to go on with.</summary>
    internal static void PassOn(Activity? attempt, HttpRequestMessage to)
    {
        if (attempt?.Id is { } id)
        {
            to.Headers.Remove("traceparent");
            to.Headers.Remove("tracestate");
            to.Headers.TryAddWithoutValidation("traceparent", id);
            if (attempt.TraceStateString is { Length: > 0 } state)
            {
                to.Headers.TryAddWithoutValidation("tracestate", state);
            }
        }
    }

    /// <summary>An attempt has ended.</summary>
    internal static void EndTry(Activity? attempt, string? error)
    {
        if (error is not null)
        {
            attempt?.SetTag("error.type", error);
            attempt?.SetStatus(ActivityStatusCode.Error);
        }

        attempt?.Dispose();
    }

    /// <summary>A request has ended.</summary>
    internal void End(Activity? span, in RequestSummary summary)
    {
        string operation = OperationOf(summary.Path);
        var tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", Provider },
            { "gen_ai.request.model", summary.Model },
        };
        if (summary.PromptTokens is { } prompt && _tokens.Enabled)
        {
            _tokens.Record(prompt, With(tags, "gen_ai.token.type", "input"));
        }

        if (summary.OutputTokens is { } output && _tokens.Enabled)
        {
            _tokens.Record(output, With(tags, "gen_ai.token.type", "output"));
        }

        if (summary.Outcome != ExchangeOutcome.Completed)
        {
            tags.Add("error.type", summary.Reason);
        }

        _duration.Record(summary.TotalSeconds, tags);
        if (summary.FirstTokenSeconds is { } first)
        {
            _firstToken.Record(first, tags);
        }

        if (summary.SecondsPerToken is { } each)
        {
            _perToken.Record(each, tags);
        }

        if (span is not null)
        {
            EndSpan(span, operation, summary);
        }
    }

    // The word that the conventions have for what a path does.
    internal static string OperationOf(string? path) => path switch
    {
        "/v1/completions" => "text_completion",
        "/v1/embeddings" => "embeddings",
        _ => "chat",
    };

    private static void EndSpan(Activity span, string operation, in RequestSummary summary)
    {
        span.DisplayName = $"{operation} {summary.Model}";
        span.SetTag("gen_ai.request.model", summary.Model);
        span.SetTag("http.response.status_code", summary.Status == 0 ? null : summary.Status);
        span.SetTag("gen_ai.usage.input_tokens", summary.PromptTokens);
        span.SetTag("gen_ai.usage.output_tokens", summary.OutputTokens);
        span.SetTag("plimsoll.outcome", summary.Outcome.ToString().ToLowerInvariant());
        span.SetTag("plimsoll.replica", summary.Replica.Length == 0 ? null : summary.Replica);
        span.SetTag("plimsoll.attempts", summary.Attempts);
        span.SetTag("plimsoll.queue_seconds", summary.QueueSeconds);
        span.SetTag("plimsoll.time_to_first_token_seconds", summary.FirstTokenSeconds);
        if (summary.Outcome != ExchangeOutcome.Completed)
        {
            span.SetTag("error.type", summary.Reason);
            span.SetStatus(summary.Outcome == ExchangeOutcome.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        }

        span.Dispose();
    }

    private static TagList With(TagList tags, string name, string value)
    {
        tags.Add(name, value);
        return tags;
    }

    private Histogram<double> Seconds(string name, string help, double[] bounds) =>
        _meter.CreateHistogram(name, "s", help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}

using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;
using Plimsoll.Gateway.Recording;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.Observing;

/// <summary>Takes down each request once it has ended, for everybody: metrics, telemetry, the dashboard, the logs.</summary>
internal sealed class RequestRecorder(
    GatewayMetrics metrics, GatewayTelemetry telemetry, LatencyBoard latencies, GatewayLog log, GatewayClock clock)
{
    public void Record(Exchange exchange)
    {
        Instant now = clock.Now;
        RequestSummary summary = SummaryOf(exchange, now);
        Count(exchange, summary);
        Follow(exchange, summary, now);
        telemetry.End(exchange.Span, summary);
        log.Ended(summary.Outcome, summary.Reason, summary.Replica, exchange.Number?.Value, exchange.Trace);
        exchange.Options.AccessLog?.Write(new AccessRecord
        {
            At = clock.StartedAt.AddSeconds(exchange.Arrived.Seconds),
            Path = summary.Path,
            Model = summary.Model,
            Status = summary.Status,
            Outcome = summary.Outcome,
            Reason = summary.Reason,
            Replica = summary.Replica,
            Attempts = summary.Attempts,
            Streams = exchange.Facts.Streams,
            QueueSeconds = summary.QueueSeconds,
            FirstTokenSeconds = summary.FirstTokenSeconds,
            TotalSeconds = summary.TotalSeconds,
            PromptTokens = summary.PromptTokens,
            OutputTokens = summary.OutputTokens,
            Trace = exchange.Trace,
        });
    }

    private static RequestSummary SummaryOf(Exchange exchange, Instant now)
    {
        (ExchangeOutcome outcome, StreamScanner seen) = (exchange.Outcome!.Value, exchange.Scanner);
        bool hasLeft = outcome == ExchangeOutcome.Cancelled && !exchange.Context.Response.HasStarted;
        int tokens = seen.OutputTokens ?? seen.ContentEvents;
        return new RequestSummary
        {
            Path = exchange.Context.Request.Path.Value!,
            Model = exchange.Pool is null ? GatewayMetrics.UnknownModel : exchange.Facts.Model,
            Status = hasLeft ? 0 : exchange.Context.Response.StatusCode,
            Outcome = outcome,
            Reason = exchange.Reason,
            Replica = exchange.Replica,
            Attempts = exchange.Attempts,
            QueueSeconds = (exchange.FirstSent - exchange.Arrived)?.Seconds,
            FirstTokenSeconds = (exchange.FirstToken - exchange.Arrived)?.Seconds,
            SecondsPerToken = exchange.FirstToken is { } first && exchange.LastToken is { } last && tokens > 1
                ? (last - first).Seconds / (tokens - 1) : null,
            TotalSeconds = (now - exchange.Arrived).Seconds,
            PromptTokens = seen.PromptTokens,
            OutputTokens = seen.OutputTokens,
        };
    }

    private void Count(Exchange exchange, in RequestSummary summary)
    {
        string model = summary.Model;
        metrics.Requests.Add(1, model, NameOf(summary.Outcome));
        if (summary.Outcome == ExchangeOutcome.Completed)
        {
            metrics.Duration.Observe(summary.TotalSeconds, model);
        }
        else
        {
            metrics.Rejections.Add(1, summary.Reason);
        }

        Observe(metrics.Queued, summary.QueueSeconds, model);
        Observe(metrics.FirstToken, summary.FirstTokenSeconds, model);
        Observe(metrics.TokenTime, summary.SecondsPerToken, model);
        if (exchange.Options.Trace is { } trace && RecordedRequest.Of(exchange) is { } served)
        {
            trace.Write(served);
        }

        metrics.PromptTokens.Add(summary.PromptTokens ?? 0, model);
        metrics.CachedTokens.Add(exchange.Scanner.CachedTokens ?? 0, model);
        metrics.OutputTokens.Add(summary.OutputTokens ?? 0, model);
        exchange.Pool?.Ratio.Learn(exchange.Facts.PromptBytes, summary.PromptTokens ?? 0);
        if (summary.Outcome == ExchangeOutcome.Completed && exchange.Request is { } request)
        {
            exchange.Pool!.Lengths?.Learn(request, exchange.OutputTokens);
        }
    }

    private void Follow(Exchange exchange, in RequestSummary summary, Instant now)
    {
        bool isComplete = summary.Outcome == ExchangeOutcome.Completed;
        Duration? total = isComplete ? now - exchange.Arrived : null;
        latencies.Add(Of(summary.QueueSeconds), Of(summary.FirstTokenSeconds), Of(summary.SecondsPerToken), total, now);
        if (exchange is { Pool: { } pool, Request: { } request })
        {
            int output = summary.OutputTokens ?? exchange.Scanner.ContentEvents;
            int prompt = Math.Max(1, summary.PromptTokens ?? request.PromptTokens);
            InferenceRequest told = request with { PromptTokens = prompt, OutputTokens = Math.Max(1, output) };
            pool.Traffic.Ended(summary.Outcome, told, Of(summary.SecondsPerToken), now);
        }
    }

    private static Duration? Of(double? seconds) => seconds is { } known ? Duration.FromSeconds(known) : null;

    private static void Observe(HistogramFamily family, double? seconds, string model)
    {
        if (seconds is { } known)
        {
            family.Observe(known, model);
        }
    }

    private static string NameOf(ExchangeOutcome outcome) => outcome switch
    {
        ExchangeOutcome.Completed => "completed",
        ExchangeOutcome.Cancelled => "cancelled",
        ExchangeOutcome.Rejected => "rejected",
        _ => "failed",
    };
}

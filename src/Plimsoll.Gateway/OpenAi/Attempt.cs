using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// One try of one request at one replica. Until the first byte of the answer's body is there, nothing has gone to the client, and another
/// replica may still be tried; from then on bytes pass as they come, and a break is passed on as a break.
/// </summary>
internal sealed class Attempt(Fleet fleet, UpstreamClient client, GatewayClock clock, GatewayMetrics metrics)
{
    private const int PieceBytes = 8 * 1024;

    /// <summary>What retries may cost.</summary>
    public RetryBudget Retries { get; } = new();

    /// <summary>Tries; true when it shall be tried elsewhere.</summary>
    public async Task<bool> TryAsync(Exchange exchange, Replica replica)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(exchange.HungUp);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        Activity? span = GatewayTelemetry.Try(exchange.Span, replica.Backend, exchange.Attempts);
        string? error = null;
        try
        {
            Instant sent = clock.Now;
            patience.CancelAfter(TimeToFirstByte(exchange));
            HttpRequest request = exchange.Context.Request;
            using var body = new BodyContent(exchange.Body!, exchange.Salt);
            using HttpResponseMessage answer =
                await client.SendAsync(request, body, replica.Backend, request.Path.Value!, span, patience.Token).ConfigureAwait(false);
            span?.SetTag("http.response.status_code", (int)answer.StatusCode);
            if (IsAway(answer.StatusCode) && MayTryAgain(exchange))
            {
                error = "upstream_status";
                Failed(replica);
                return true;
            }

            Stream from = await answer.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable _ = from.ConfigureAwait(false);
            int read = await from.ReadAsync(piece, patience.Token).ConfigureAwait(false);
            bool well = answer.StatusCode < HttpStatusCode.InternalServerError;
            fleet.Answered(replica.Backend.Replica, well);
            if (well && exchange.Facts.Streams)
            {
                replica.Began((clock.Now - sent).Seconds);
            }

            if (!well)
            {
                error = "upstream_status";
                metrics.ReplicaFailures.Add(1, replica.Backend.Name);
            }

            await PassAsync(exchange, answer, from, piece, read, patience).ConfigureAwait(false);
            return false;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            error = broken.GetType().Name;
            return await BrokenAsync(exchange, replica, broken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            GatewayTelemetry.EndTry(span, error);
        }
    }

    // The engine itself says that it is not there: 502 and 504 come from something in front of it.
    private static bool IsAway(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private async Task<bool> BrokenAsync(Exchange exchange, Replica replica, Exception broken)
    {
        if (exchange.HungUp.IsCancellationRequested)
        {
            exchange.End(ExchangeOutcome.Cancelled, "client_left");
            return false;
        }

        bool outOfTime = broken is OperationCanceledException;
        if (exchange.Context.Response.HasStarted)
        {
            Failed(replica);
            await CutAsync(exchange, outOfTime ? OpenAiError.UpstreamIdle : OpenAiError.UpstreamCut).ConfigureAwait(false);
            return false;
        }

        if (outOfTime && clock.Now >= exchange.Deadline)
        {
            await exchange.RefuseAsync(OpenAiError.DeadlineExceeded).ConfigureAwait(false);
            return false;
        }

        Failed(replica);
        if (!outOfTime && MayTryAgain(exchange))
        {
            return true;
        }

        await exchange.RefuseAsync(outOfTime ? OpenAiError.UpstreamSilent : OpenAiError.UpstreamFailed).ConfigureAwait(false);
        return false;
    }

    // Half an answer is out: the client must see that it is cut, not that it is complete. Between two events there is room to say so.
    private static async Task CutAsync(Exchange exchange, OpenAiError error)
    {
        exchange.End(ExchangeOutcome.Failed, error.Code);
        if (!exchange.AnswerStreams || !exchange.Scanner.BetweenEvents)
        {
            exchange.Context.Abort();
            return;
        }

        try
        {
            await exchange.Context.Response.BodyWriter.WriteAsync(error.Event(), exchange.HungUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client left meanwhile.
        }
    }

    private bool MayTryAgain(Exchange exchange) =>
        exchange.Attempts < exchange.Options.MostAttempts && clock.Now < exchange.Deadline
        && !exchange.HungUp.IsCancellationRequested && Retries.TryTake();

    private void Failed(Replica replica)
    {
        metrics.ReplicaFailures.Add(1, replica.Backend.Name);
        fleet.Answered(replica.Backend.Replica, well: false);
    }

    private TimeSpan TimeToFirstByte(Exchange exchange)
    {
        double seconds = exchange.Options.FirstByteTimeout.Seconds;
        if (exchange.Deadline != Instant.Never)
        {
            seconds = Math.Clamp((exchange.Deadline - clock.Now).Seconds, 0, seconds);
        }

        // Never before the instant that is compared with later.
        return TimeSpan.FromMilliseconds(Math.Ceiling(seconds * 1e3) + 1);
    }

    private async Task PassAsync(
        Exchange exchange, HttpResponseMessage answer, Stream from, byte[] piece, int read, CancellationTokenSource patience)
    {
        HttpResponse response = exchange.Context.Response;
        response.StatusCode = (int)answer.StatusCode;
        UpstreamHeaders.ToClient(answer, response.Headers);
        exchange.AnswerStreams = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        if (exchange.AnswerStreams)
        {
            exchange.Context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }

        var idle = TimeSpan.FromSeconds(exchange.Options.IdleTimeout.Seconds);
        while (read > 0)
        {
            exchange.Watch(piece.AsSpan(0, read), clock);
            if ((await response.BodyWriter.WriteAsync(piece.AsMemory(0, read), exchange.HungUp).ConfigureAwait(false)).IsCompleted)
            {
                exchange.End(ExchangeOutcome.Cancelled, "client_left");
                return;
            }

            patience.CancelAfter(idle);
            read = await from.ReadAsync(piece, patience.Token).ConfigureAwait(false);
        }

        exchange.WatchEnd();
        if (answer.StatusCode >= HttpStatusCode.BadRequest)
        {
            exchange.End(
                answer.StatusCode < HttpStatusCode.InternalServerError ? ExchangeOutcome.Rejected : ExchangeOutcome.Failed, "upstream_status");
        }
        else if (exchange.Scanner.Failed)
        {
            exchange.End(ExchangeOutcome.Failed, "upstream_error_event");
        }
        else
        {
            exchange.End(ExchangeOutcome.Completed);
        }
    }
}

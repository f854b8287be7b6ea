using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// One request from its first byte to its last: read, placed by the dispatcher, sent on, its answer passed through as it comes. Whatever happens,
/// a request that was sent is told to have ended exactly once.
/// </summary>
internal sealed class InferenceEndpoint(GatewayParts parts)
{
    private const int PieceBytes = 16 * 1024;
    private const int RetryAfterSeconds = 1;

    public async Task HandleAsync(HttpContext context)
    {
        CancellationToken hungUp = context.RequestAborted;
        using BodyBuffer? body = await BodyBuffer.ReadAsync(context.Request, parts.Options.MostBodyBytes, hungUp).ConfigureAwait(false);
        if (body is null)
        {
            await OpenAiError.TooLarge(parts.Options.MostBodyBytes).WriteAsync(context).ConfigureAwait(false);
            return;
        }

        if (RequestReader.Read(body.Bytes.Span, out RequestFacts? facts) is { } problem)
        {
            await OpenAiError.Invalid(problem).WriteAsync(context).ConfigureAwait(false);
            return;
        }

        var ticket = new Ticket(parts.Describe(facts!, context.Request.Headers));
        Placement placement;
        try
        {
            placement = await parts.Loop.PlaceAsync(ticket, hungUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        for (int attempt = 1; placement.IsSent; attempt++)
        {
            bool ended = false;
            try
            {
                using HttpResponseMessage? answer = await TryAsync(context, body, placement, attempt, hungUp).ConfigureAwait(false);
                if (answer is not null)
                {
                    await PassAsync(context, answer, hungUp).ConfigureAwait(false);
                    return;
                }

                ended = true;
                placement = await parts.Loop.RetryAsync(ticket, placement).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (hungUp.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException && !context.Response.HasStarted)
            {
                await OpenAiError.UpstreamFailed.WriteAsync(context).ConfigureAwait(false);
                return;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                // Half an answer is out: the client must see that it is cut, not that it is complete.
                context.Abort();
                return;
            }
            finally
            {
                if (!ended)
                {
                    parts.Loop.Ended(placement);
                }
            }
        }

        await Refusal(placement.Reason).WriteAsync(context).ConfigureAwait(false);
    }

    private static OpenAiError Refusal(RejectReason reason) => reason switch
    {
        RejectReason.DeadlineExceeded => OpenAiError.DeadlineExceeded,
        RejectReason.NoReplicaReady => OpenAiError.NothingReady(RetryAfterSeconds),
        RejectReason.TokenBudget => OpenAiError.Shed("token_budget", RetryAfterSeconds),
        _ => OpenAiError.Shed("queue_full", RetryAfterSeconds),
    };

    // Null when it is worth another replica; the last attempt is answered with whatever the engine said.
    private async Task<HttpResponseMessage?> TryAsync(HttpContext context, BodyBuffer body, Placement placement, int attempt, CancellationToken stop)
    {
        bool mayRetry = attempt < parts.Options.MostAttempts && parts.Retries.MayRetry();
        Backend backend = parts.Backends.Of(placement.Replica);
        try
        {
            HttpResponseMessage answer = await parts.Client.SendAsync(context.Request, body.Bytes, backend, stop).ConfigureAwait(false);
            bool broken = answer.StatusCode is System.Net.HttpStatusCode.BadGateway or System.Net.HttpStatusCode.ServiceUnavailable
                or System.Net.HttpStatusCode.GatewayTimeout;
            parts.Backends.Saw(backend, answered: !broken);
            if (!broken || !mayRetry)
            {
                return answer;
            }

            answer.Dispose();
            return null;
        }
        catch (HttpRequestException) when (mayRetry && !stop.IsCancellationRequested)
        {
            parts.Backends.Saw(backend, answered: false);
            return null;
        }
    }

    private static async Task PassAsync(HttpContext context, HttpResponseMessage answer, CancellationToken stop)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        UpstreamHeaders.ToClient(answer, context.Response.Headers);
        bool streams = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        if (streams)
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }

        Stream from = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable _ = from.ConfigureAwait(false);
        System.IO.Pipelines.PipeWriter to = context.Response.BodyWriter;
        while (true)
        {
            int read = await from.ReadAsync(to.GetMemory(PieceBytes), stop).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            to.Advance(read);
            await to.FlushAsync(stop).ConfigureAwait(false);
        }
    }
}

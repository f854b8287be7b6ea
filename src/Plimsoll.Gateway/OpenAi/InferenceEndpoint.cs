using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// One request from its first byte to its last: read, placed by the dispatcher, sent on, its answer passed through as it comes. Whatever
/// happens, a request that was sent is told to have ended exactly once.
/// </summary>
internal sealed class InferenceEndpoint(
    GatewayOptions options, Fleet fleet, Attempt attempt, GatewayClock clock, GatewayMetrics metrics, RequestRecorder recorder, GatewayLog log)
{
    private const int RetryAfterSeconds = 1;

    // What a hash of a prefix covers in tokens, for a routing policy to compare with prompts: at four bytes a token.
    private const int TokensPerHash = PromptPrefixes.BlockBytes / 4;

    public async Task HandleAsync(HttpContext context)
    {
        var exchange = new Exchange(context, clock.Now) { Span = GatewayTelemetry.Begin(context.Request) };
        try
        {
            exchange.Body = await BodyBuffer.ReadAsync(context.Request, options.MostBodyBytes, exchange.HungUp).ConfigureAwait(false);
            await ServeAsync(exchange).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (exchange.HungUp.IsCancellationRequested)
        {
            exchange.End(ExchangeOutcome.Cancelled, "client_left");
        }
        catch (BadHttpRequestException broken)
        {
            // The client's own bytes are no HTTP; what was not sent yet can still be said.
            exchange.End(ExchangeOutcome.Rejected, "bad_request");
            if (!context.Response.HasStarted)
            {
                OpenAiError error = OpenAiError.Invalid("the body could not be read") with { Status = broken.StatusCode };
                await error.WriteAsync(context).ConfigureAwait(false);
            }
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            exchange.End(ExchangeOutcome.Cancelled, "client_left");
        }
        finally
        {
            exchange.End(ExchangeOutcome.Failed, "internal_error");
            exchange.Body?.Dispose();
            recorder.Record(exchange);
        }
    }

    private async Task ServeAsync(Exchange exchange)
    {
        if (RefusalOf(exchange) is { } error)
        {
            await exchange.RefuseAsync(error).ConfigureAwait(false);
            return;
        }

        ModelPool pool = exchange.Pool!;
        var ticket = new Ticket(exchange.Request!.Value);
        attempt.Retries.Pay();
        pool.Traffic.Arrived(exchange.Arrived);
        Placement placement = await pool.Loop.PlaceAsync(ticket, exchange.HungUp).ConfigureAwait(false);
        while (placement.IsSent)
        {
            Replica replica = fleet.Replicas[placement.Replica];
            exchange.Number = placement.Id.Value;
            bool again = false;
            Begin(exchange, replica);
            try
            {
                again = await attempt.TryAsync(exchange, replica).ConfigureAwait(false);
            }
            finally
            {
                replica.Ended();
                metrics.Ended.Add(1, replica.Backend.Name);
                if (!again)
                {
                    pool.Loop.Ended(placement);
                }
            }

            if (!again)
            {
                return;
            }

            metrics.Retries.Add(1, replica.Backend.Name);
            log.Retrying(replica, placement.Id.Value, exchange.Trace);
            placement = await pool.Loop.RetryAsync(ticket, placement).ConfigureAwait(false);
        }

        await exchange.RefuseAsync(Refusal(placement.Reason)).ConfigureAwait(false);
    }

    private void Begin(Exchange exchange, Replica replica)
    {
        exchange.Attempts++;
        exchange.FirstSent ??= clock.Now;
        exchange.Replica = replica.Backend.Name;
        replica.Sent();
        metrics.Sent.Add(1, replica.Backend.Name);
    }

    private static OpenAiError Refusal(RejectReason reason) => reason switch
    {
        RejectReason.DeadlineExceeded => OpenAiError.DeadlineExceeded,
        RejectReason.NoReplicaReady => OpenAiError.NothingReady(RetryAfterSeconds),
        RejectReason.TokenBudget => OpenAiError.Shed("token_budget", RetryAfterSeconds),
        _ => OpenAiError.Shed("queue_full", RetryAfterSeconds),
    };

    // What can be said before a dispatcher is asked; null if it shall be asked.
    private OpenAiError? RefusalOf(Exchange exchange)
    {
        if (exchange.Body is null)
        {
            return OpenAiError.TooLarge(options.MostBodyBytes);
        }

        HeaderFacts headers = default;
        if ((RequestReader.Read(exchange.Body.Bytes.Span, out RequestFacts? facts)
            ?? HeaderFacts.Read(exchange.Context.Request.Headers, facts!.User, options.Objectives, out headers)) is { } problem)
        {
            return OpenAiError.Invalid(problem);
        }

        (exchange.Facts, exchange.Headers) = (facts!, headers);
        exchange.Pool = fleet.Find(facts!.Model);
        if (exchange.Pool is null)
        {
            return !fleet.KnowsAllModels ? OpenAiError.NothingReady(RetryAfterSeconds)
                : facts.Model.Length == 0 ? OpenAiError.Invalid("the body must name a model") : OpenAiError.UnknownModel(facts.Model);
        }

        Describe(exchange);
        return null;
    }

    private void Describe(Exchange exchange)
    {
        (RequestFacts facts, HeaderFacts headers) = (exchange.Facts, exchange.Headers);
        exchange.Deadline = headers.Deadline is { } allowed ? exchange.Arrived + allowed : Instant.Never;
        exchange.Request = new InferenceRequest(
            default,
            exchange.Arrived,
            exchange.Pool!.Ratio.TokensOf(facts.PromptBytes),
            facts.MaxOutputTokens ?? 1,
            new RequestDetails
            {
                Session = headers.Session,
                Client = headers.Tenant,
                Model = facts.Model,
                Priority = headers.Priority ?? facts.Priority,
                Deadline = headers.Deadline ?? options.QueueTimeout,
                MaxOutputTokens = facts.MaxOutputTokens,
                PrefixHashArray = facts.PrefixHashes,
                BlockTokens = TokensPerHash,
            });
    }
}

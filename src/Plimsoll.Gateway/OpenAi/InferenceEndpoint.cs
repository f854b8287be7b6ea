using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Recording;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// One request from its first byte to its last: read, placed by the dispatcher, sent on, its answer passed through as it comes. Whatever
/// happens, a request that was sent is told to have ended exactly once.
/// </summary>
internal sealed class InferenceEndpoint(
    LiveOptions live,
    KeyRing keys,
    Fleet fleet,
    PromptTokenizer tokenizer,
    Attempt attempt,
    GatewayClock clock,
    GatewayMetrics metrics,
    RequestRecorder recorder,
    GatewayLog log)
{
    private const int RetryAfterSeconds = 1;

    // What a hash of a prefix covers in tokens, for a routing policy to compare with prompts: at four bytes a token.
    private const int TokensPerHash = PromptPrefixes.BlockBytes / 4;

    public async Task HandleAsync(HttpContext context)
    {
        var exchange = new Exchange(context, live.Current, clock.Now) { Span = GatewayTelemetry.Begin(context.Request) };
        try
        {
            if (MayNotEnter(exchange) is { } refusal)
            {
                await exchange.RefuseAsync(refusal).ConfigureAwait(false);
                return;
            }

            exchange.Body = await BodyBuffer.ReadAsync(context.Request, exchange.Options.MostBodyBytes, exchange.HungUp).ConfigureAwait(false);
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
            exchange.Holder?.Budget.Leave((exchange.Scanner.PromptTokens ?? 0) + (exchange.Scanner.OutputTokens ?? 0), clock.Now);
            recorder.Record(exchange);
        }
    }

    // Before its body is read: who has no key costs nothing.
    private OpenAiError? MayNotEnter(Exchange exchange)
    {
        if (!keys.IsLocked)
        {
            return null;
        }

        if (keys.Find(exchange.Context.Request.Headers.Authorization) is not { } holder)
        {
            return OpenAiError.WrongKey;
        }

        if (holder.Budget.TryEnter(exchange.Arrived) is { } refusal)
        {
            return OpenAiError.OverLimit(refusal);
        }

        exchange.Holder = holder;
        return null;
    }

    private async Task ServeAsync(Exchange exchange)
    {
        if (RefusalOf(exchange) is { } error)
        {
            await exchange.RefuseAsync(error).ConfigureAwait(false);
            return;
        }

        exchange.Prompt = await tokenizer.ReadAsync(exchange).ConfigureAwait(false);
        Describe(exchange);
        ModelPool pool = exchange.Pool!;
        var ticket = new Ticket(exchange.Request!.Value);
        attempt.Retries.Pay();
        pool.Traffic.Arrived(exchange.Arrived);
        Placement placement = await pool.Loop.PlaceAsync(ticket, exchange.HungUp).ConfigureAwait(false);
        exchange.Number = placement.Id;
        while (placement.IsSent)
        {
            Replica replica = fleet.At(placement.Replica);
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
                    pool.Loop.Ended(placement, ServedTokens.Of(ticket.Request, exchange.OutputTokens));
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
        replica.Sent(isEstimated: exchange.Prompt is null);
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
            return OpenAiError.TooLarge(exchange.Options.MostBodyBytes);
        }

        HeaderFacts headers = default;
        if ((RequestReader.Read(exchange.Body.Bytes.Span, out RequestFacts? facts)
            ?? HeaderFacts.Read(exchange.Context.Request.Headers, facts!.User, exchange.Holder?.Key.Name, exchange.Options.Objectives, out headers)) is { } problem)
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

        return null;
    }

    private static void Describe(Exchange exchange)
    {
        (RequestFacts facts, HeaderFacts headers) = (exchange.Facts, exchange.Headers);
        if (exchange.Options.SaltsCache && headers.Tenant is { } tenant)
        {
            exchange.Salt = CacheSalt.FieldOf(tenant);
            ulong apart = StableHash.Of(tenant);
            foreach (ref ulong hash in facts.PrefixHashes.AsSpan())
            {
                hash ^= apart;
            }
        }

        (int promptTokens, ulong[] hashes, int hashTokens) = exchange.Prompt is { } known ? (known.Tokens, known.Hashes, known.HashTokens)
            : (exchange.Pool!.Ratio.TokensOf(facts.PromptBytes), facts.PrefixHashes, TokensPerHash);
        HashKey? key = exchange.Options.Key;
        exchange.Deadline = headers.Deadline is { } allowed ? exchange.Arrived + allowed : Instant.Never;
        var request = new InferenceRequest(
            default,
            exchange.Arrived,
            promptTokens,
            facts.MaxOutputTokens ?? 1,
            new RequestDetails
            {
                Session = key is null ? headers.Session : key.Of(headers.Session),
                Client = key is null ? headers.Tenant : key.Of(headers.Tenant),
                Model = facts.Model,
                Priority = headers.Priority ?? facts.Priority,
                Deadline = headers.Deadline ?? exchange.Options.QueueTimeout,
                MaxOutputTokens = facts.MaxOutputTokens,
                PrefixHashArray = key is null ? hashes : key.Of(hashes),
                BlockTokens = hashTokens,
            });
        exchange.Request = exchange.Pool!.Lengths?.Predicted(request) ?? request;
    }
}

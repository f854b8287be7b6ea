using System.Net;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// Finds out into which tokens a prompt is cut, where that can be compared with what engines say they have cached: it stands in the body,
/// or one of the engines is asked. Whatever goes wrong, the estimate by the prompt's text does, and the request goes its way.
/// </summary>
internal sealed class PromptTokenizer(Fleet fleet, UpstreamClient client, GatewayClock clock, GatewayMetrics metrics)
{
    /// <summary>Longest answer that is read: some two million tokens.</summary>
    public const int MostAnswerBytes = 16 << 20;

    private const string Path = "/tokenize";

    /// <summary>The prompt's tokens; null if they are not wanted, or not to be had.</summary>
    /// <exception cref="OperationCanceledException">The client hung up.</exception>
    public async Task<TokenizedPrompt?> ReadAsync(Exchange exchange)
    {
        if (!exchange.Options.Tokenizes || !fleet.WantsPrefixes || fleet.BlockTokens(exchange.Pool!) is not { } blockTokens)
        {
            return null;
        }

        RequestFacts facts = exchange.Facts;
        int[]? tokens = null;
        switch (FormOf(exchange))
        {
            case PromptForm.TokenIds:
                tokens = PromptForms.TokenIds(exchange.Body!.Bytes.Span.Slice(facts.PromptStart, facts.PromptBytes));
                metrics.Tokenized.Add(1, "given");
                break;
            case PromptForm.Text:
                tokens = await AskAsync(exchange).ConfigureAwait(false);
                break;
            default:
                metrics.Tokenized.Add(1, "not_text");
                break;
        }

        return tokens is not { Length: > 0 } ? null : new TokenizedPrompt(
            tokens.Length,
            TokenPrefixes.Of(fleet.AdapterOf(exchange.Pool!, facts.Model), tokens, blockTokens),
            TokenPrefixes.HashTokens(blockTokens));
    }

    // What is salted is cached apart, and no event says by which salt.
    private static PromptForm FormOf(Exchange exchange)
    {
        RequestFacts facts = exchange.Facts;
        ReadOnlySpan<byte> prompt = exchange.Body!.Bytes.Span.Slice(facts.PromptStart, facts.PromptBytes);
        bool isSalted = facts.IsSalted || (exchange.Options.SaltsCache && exchange.Headers.Tenant is not null);
        return isSalted || prompt.IsEmpty ? PromptForm.Other : exchange.Context.Request.Path.Value switch
        {
            "/v1/completions" => PromptForms.OfPrompt(prompt),
            "/v1/chat/completions" => PromptForms.OfMessages(prompt),
            _ => PromptForm.Other,
        };
    }

    private async Task<int[]?> AskAsync(Exchange exchange)
    {
        Instant asked = clock.Now;
        if (fleet.Tokenizer(exchange.Pool!, asked) is not { } replica)
        {
            metrics.Tokenized.Add(1, "no_engine");
            return null;
        }

        (int[]? tokens, string outcome, bool wasHeard) = await AskAsync(exchange, replica).ConfigureAwait(false);
        metrics.Tokenized.Add(1, outcome);
        if (tokens is not null)
        {
            replica.Tokenizer.Answered();
            metrics.TokenizeTime.Observe((clock.Now - asked).Seconds, replica.Backend.Name);
        }
        else if (!wasHeard)
        {
            replica.Tokenizer.Failed(clock.Now);
        }

        return tokens;
    }

    // Whether it was heard: a refusal of this one body says nothing of the next.
    private async Task<(int[]? Tokens, string Outcome, bool WasHeard)> AskAsync(Exchange exchange, Replica replica)
    {
        replica.Tokenizer.Begin();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(exchange.HungUp);
        patience.CancelAfter(TimeSpan.FromSeconds(exchange.Options.TokenizeTimeout.Seconds));
        try
        {
            using var body = new BodyContent(exchange.Body!);
            using HttpResponseMessage answer =
                await client.SendAsync(exchange.Context.Request, body, replica.Backend, Path, null, patience.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                bool isRefusal = answer.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
                    and not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Unauthorized);
                return (null, "refused", isRefusal);
            }

            await answer.Content.LoadIntoBufferAsync(MostAnswerBytes, patience.Token).ConfigureAwait(false);
            byte[] bytes = await answer.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false);
            return TokenAnswer.Read(bytes) is { } tokens ? (tokens, "asked", true) : (null, "not_understood", false);
        }
        catch (OperationCanceledException) when (!exchange.HungUp.IsCancellationRequested)
        {
            return (null, "too_slow", false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (null, "failed", false);
        }
        finally
        {
            replica.Tokenizer.End();
        }
    }
}

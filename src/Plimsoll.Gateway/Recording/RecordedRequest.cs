using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Recording;

/// <summary>A request that has ended, as a trace has it.</summary>
internal static class RecordedRequest
{
    /// <summary>
    /// The request with its true lengths; null if no engine served it, so that its output length is not known. Of one whose client left,
    /// the length is one token more than it got.
    /// </summary>
    public static InferenceRequest? Of(Exchange exchange)
    {
        if (exchange.Request is not { Details: { } known } request
            || exchange.Outcome is not (ExchangeOutcome.Completed or ExchangeOutcome.Cancelled))
        {
            return null;
        }

        bool left = exchange.Outcome == ExchangeOutcome.Cancelled;
        int tokens = exchange.OutputTokens;
        int prompt = exchange.Scanner.PromptTokens is { } counted and > 0 ? counted : request.PromptTokens;
        int output = left ? tokens + 1 : Math.Max(1, tokens);
        return request with
        {
            PromptTokens = prompt,
            OutputTokens = output,
            Details = new RequestDetails
            {
                ExternalId = exchange.Number?.Value.ToString(CultureInfo.InvariantCulture),
                Session = known.Session,
                Client = known.Client,
                Model = known.Model,
                Priority = known.Priority,
                Deadline = exchange.Headers.Deadline,
                PrefixHashArray = known.PrefixHashArray.AsSpan(0, Math.Min(known.PrefixHashArray.Length, prompt / known.BlockTokens)).ToArray(),
                BlockTokens = known.BlockTokens,
                CancelledAfterTokens = left ? tokens : null,
                MaxOutputTokens = known.MaxOutputTokens >= output ? known.MaxOutputTokens : null,
            },
        };
    }
}

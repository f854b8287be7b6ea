using Plimsoll.Core;

namespace Plimsoll.Policies.Batching;

/// <summary>A request inside a replica as an order of its queue sees it.</summary>
/// <param name="Id">Which request.</param>
/// <param name="Arrival">When it arrived.</param>
/// <param name="PromptTokens">Prompt length in tokens, from 1.</param>
/// <param name="GeneratedTokens">Output tokens it has and keeps.</param>
/// <param name="Priority">Lower is served earlier.</param>
/// <param name="Prediction">What is believed of its output length.</param>
/// <param name="LowerBound">
/// Output tokens it is known to need at least: the prediction's lower bound, raised by what it had generated when it was evicted.
/// </param>
public readonly record struct QueuedRequest(
    RequestId Id,
    Instant Arrival,
    int PromptTokens,
    int GeneratedTokens,
    int Priority,
    LengthPrediction Prediction,
    int LowerBound);

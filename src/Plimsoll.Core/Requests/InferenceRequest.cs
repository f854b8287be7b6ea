namespace Plimsoll.Core;

/// <summary>
/// One inference request as it arrives: when, how long its prompt is, and how many tokens it will generate. Small, because
/// millions of them flow by; what only some traces know is in <see cref="Details"/>.
/// </summary>
/// <param name="Id">Counted from 0 in order of arrival.</param>
/// <param name="Arrival">When it arrives.</param>
/// <param name="PromptTokens">Prompt length in tokens, from 1.</param>
/// <param name="OutputTokens">Tokens it will generate, from 1. The truth: policies see it only if they declare that they must.</param>
/// <param name="Details">Everything optional; null when there is nothing to say.</param>
public readonly record struct InferenceRequest(
    RequestId Id,
    Instant Arrival,
    int PromptTokens,
    int OutputTokens,
    RequestDetails? Details = null);

using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>A request that waits for a worker.</summary>
/// <param name="Id">Which request.</param>
/// <param name="PromptTokens">Length of its prompt, from 1.</param>
/// <param name="PredictedOutputTokens">What is believed of its output length, from 1; 0 when nothing is.</param>
public readonly record struct WaitingRequest(RequestId Id, int PromptTokens, int PredictedOutputTokens);

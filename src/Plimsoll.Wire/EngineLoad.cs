namespace Plimsoll.Wire;

/// <summary>What an engine's metrics say of its load; null for what it does not say.</summary>
/// <param name="RunningRequests">Requests in its batch.</param>
/// <param name="WaitingRequests">Requests in its queue.</param>
/// <param name="KvUsage">Share of its KV cache that is in use, from 0 to 1.</param>
/// <param name="KvBlocks">KV blocks it has.</param>
public readonly record struct EngineLoad(int? RunningRequests, int? WaitingRequests, double? KvUsage, long? KvBlocks)
{
    /// <summary>Tokens in a KV block.</summary>
    public int? BlockTokens { get; init; }
}

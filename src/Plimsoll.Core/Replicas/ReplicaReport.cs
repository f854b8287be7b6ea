namespace Plimsoll.Core;

/// <summary>What a replica says about itself, with the instant it said so: one of the two messages that flow upstream.</summary>
/// <param name="Replica">Who.</param>
/// <param name="TakenAt">When the numbers were true.</param>
/// <param name="RunningRequests">Requests admitted to its batch.</param>
/// <param name="WaitingRequests">Requests in its own queue.</param>
/// <param name="KvBlocksUsed">KV blocks held by requests.</param>
/// <param name="KvBlocksTotal">KV blocks it has.</param>
public readonly record struct ReplicaReport(
    ReplicaId Replica,
    Instant TakenAt,
    int RunningRequests,
    int WaitingRequests,
    long KvBlocksUsed,
    long KvBlocksTotal);

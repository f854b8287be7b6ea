namespace Plimsoll.Metrics.Reports;

/// <summary>How KV memory was used.</summary>
/// <param name="MeanUtilization">Blocks held over blocks there are, averaged over time and replicas; not a number without a limit.</param>
/// <param name="PeakUtilization">The greatest such fraction on any replica; not a number without a limit.</param>
/// <param name="Preemptions">Times a request lost its memory and started over.</param>
/// <param name="BlocksTotal">Blocks of the whole fleet; 0 without a limit.</param>
/// <param name="BlockTokens">Tokens that a block holds.</param>
/// <param name="PrefixHitRatio">Prompt tokens found cached over all prompt tokens; not a number when nothing completed.</param>
public sealed record KvSummary(
    double MeanUtilization,
    double PeakUtilization,
    long Preemptions,
    long BlocksTotal,
    int BlockTokens,
    double PrefixHitRatio)
{
    /// <summary>KV tokens that preempted requests held: computed in vain, or to be computed again.</summary>
    public long EvictedTokens { get; init; }

    /// <summary>Output tokens that preempted requests had generated and lost, because they start again.</summary>
    public long LostOutputTokens { get; init; }
}

namespace Plimsoll.Workloads.Statistics;

/// <summary>How much of the prompts' content had been seen before, with a cache that forgets nothing.</summary>
/// <param name="AnyShare">Share of blocks whose hash an earlier request had.</param>
/// <param name="PrefixShare">Share of blocks in an unbroken run of such blocks from the prompt's start.</param>
/// <param name="UniqueBlocks">Distinct hashes.</param>
/// <param name="HitShare">Share of requests whose first block had been seen.</param>
public sealed record PrefixReuse(double AnyShare, double PrefixShare, long UniqueBlocks, double HitShare);

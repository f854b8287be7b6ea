namespace Plimsoll.Serving.Replica;

/// <summary>What a prefix lookup found.</summary>
/// <param name="Blocks">Leading blocks that are cached.</param>
/// <param name="OnFreeList">How many of them nobody holds: taking them uses up free blocks.</param>
/// <param name="OwnBlocks">How many of them are the request's own, left over from before it was preempted.</param>
internal readonly record struct PrefixMatch(int Blocks, int OnFreeList, int OwnBlocks);

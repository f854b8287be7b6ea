namespace Plimsoll.Policies.Batching;

/// <summary>Answers one question: which waiting request does a replica consider first?</summary>
/// <remarks>The key depends on nothing but the request, so a queue may keep it; equal keys go by arrival, then id.</remarks>
public interface IQueueOrder
{
    /// <summary>The smaller goes first.</summary>
    long Key(in QueuedRequest request);

    /// <summary>Output tokens, from 1, that the request may generate before its key changes.</summary>
    long TokensToNextKey(in QueuedRequest request) => long.MaxValue;
}

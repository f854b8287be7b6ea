namespace Plimsoll.Policies.Batching.Orders;

/// <summary>Smallest volume first: the memory of a request summed over its steps, s·o + o(o + 1)/2 token·steps.</summary>
public sealed record ByVolume : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => Volume(request.PromptTokens, request.Prediction.Point);

    /// <summary>Token·steps of so many prompt and output tokens, prefill ramp left out; never overflows.</summary>
    public static long Volume(int promptTokens, int outputTokens) =>
        ((long)promptTokens * outputTokens) + ((long)outputTokens * (outputTokens + 1L) / 2);
}

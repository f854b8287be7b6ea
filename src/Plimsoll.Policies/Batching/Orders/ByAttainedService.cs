namespace Plimsoll.Policies.Batching.Orders;

/// <summary>
/// Least attained service first, in levels: level 0 until a quantum is generated, level i until quantum·(2^(i+1) − 1), so that each level
/// lasts twice as long as the one before.
/// </summary>
/// <param name="quantumTokens">Tokens of the lowest level, from 1.</param>
public sealed record ByAttainedService(int quantumTokens) : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => Level(request.GeneratedTokens);

    /// <inheritdoc/>
    public long TokensToNextKey(in QueuedRequest request)
    {
        long end = quantumTokens * ((2L << Level(request.GeneratedTokens)) - 1);
        return end - request.GeneratedTokens;
    }

    private int Level(int generatedTokens)
    {
        int level = 0;
        while (generatedTokens >= quantumTokens * ((2L << level) - 1))
        {
            level++;
        }

        return level;
    }
}

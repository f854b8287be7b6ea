namespace Plimsoll.Optimization.Placement;

/// <summary>Requests to be placed on the free slots of workers that step together, and the loads of the steps to come.</summary>
/// <remarks>The caller's arrays are used as they are. All rows of loads and of requests have the same number of steps, at least one.</remarks>
/// <param name="FreeSlots">Requests that each worker may take, from 0.</param>
/// <param name="LoadTokens">What each worker holds in each step without them, from 0.</param>
/// <param name="RequestTokens">What each request adds in each step, from 0.</param>
public sealed record PlacementInstance(int[] FreeSlots, long[][] LoadTokens, long[][] RequestTokens)
{
    /// <summary>Requests that must be placed: min(requests, free slots).</summary>
    public int Placed => (int)Math.Min(RequestTokens.Length, FreeSlots.Sum(slots => (long)slots));

    /// <summary>Σ over the steps of G · greatest load − all loads, tokens, if requests join these workers (−1: none).</summary>
    public long Imbalance(ReadOnlySpan<int> workers)
    {
        long imbalance = 0;
        for (int step = 0; step < LoadTokens[0].Length; step++)
        {
            long greatest = long.MinValue;
            for (int worker = 0; worker < FreeSlots.Length; worker++)
            {
                long load = LoadTokens[worker][step];
                for (int i = 0; i < workers.Length; i++)
                {
                    load += workers[i] == worker ? RequestTokens[i][step] : 0;
                }

                greatest = Math.Max(greatest, load);
                imbalance -= load;
            }

            imbalance += greatest * FreeSlots.Length;
        }

        return imbalance;
    }
}

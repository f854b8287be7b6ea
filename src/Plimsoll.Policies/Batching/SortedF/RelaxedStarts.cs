using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>The remaining requests of a backlog by their mean start in the relaxation, then by rank.</summary>
/// <remarks>
/// Mean starts are rounded to millionths of a round before they are compared, so that what a solver leaves in the last digits decides
/// nothing.
/// </remarks>
internal sealed class RelaxedStarts(IStartTimeRelaxation relaxation)
{
    private (int PromptTokens, int OutputTokens)[] _requests = [];
    private double[] _starts = [];
    private long[] _keys = [];
    private int[] _ranks = [];

    /// <summary>Solves the relaxation of those that remain.</summary>
    /// <returns>Their ranks in order; good until the next call.</returns>
    /// <exception cref="RelaxationRefusedException">The relaxation says why it was not solved.</exception>
    public ReadOnlySpan<int> Order(RankedBacklog backlog)
    {
        ReadOnlySpan<int> remaining = backlog.Remaining;
        int count = remaining.Length;
        if (count == 0)
        {
            return [];
        }

        if (_ranks.Length < count)
        {
            int room = Math.Max(64, count * 2);
            (_requests, _starts, _keys, _ranks) = (new (int, int)[room], new double[room], new long[room], new int[room]);
        }

        for (int i = 0; i < count; i++)
        {
            _requests[i] = (backlog.PromptTokens(remaining[i]), backlog.OutputTokens(remaining[i]));
        }

        if (!relaxation.TryMeanStarts(_requests.AsSpan(0, count), backlog.CapacityTokens, _starts.AsSpan(0, count), out string? refusal))
        {
            throw new RelaxationRefusedException(count, refusal);
        }

        for (int i = 0; i < count; i++)
        {
            Invariant.Holds(_starts[i] is > -1 and < 1e12, "a mean start is a round");
            _keys[i] = (long)Math.Round(_starts[i] * 1e6);
        }

        remaining.CopyTo(_ranks);
        StableSort.Ascending(_keys.AsSpan(0, count), _ranks.AsSpan(0, count));
        return _ranks.AsSpan(0, count);
    }
}

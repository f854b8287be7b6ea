namespace Plimsoll.Policies.Balancing;

/// <summary>
/// Of all subsets of one to three requests in a window: the one whose tokens come closest to a number from below; if all are above it, the one
/// with the fewest tokens.
/// </summary>
/// <remarks>
/// Equal sums: the subset whose places, in increasing order, come first. Two are found in one walk from both ends, three in one such walk
/// for each first place, and a sum that is met exactly ends the search. The result is the same as that of a table of all reachable sums, which
/// the published code keeps, and costs the same whether prompts have hundreds of tokens or millions.
/// </remarks>
internal sealed class SubsetSearch
{
    /// <summary>Largest subset.</summary>
    public const int Most = 3;

    private readonly int[] _places = new int[Most];
    private readonly int[] _trial = new int[Most];
    private int _size;

    /// <summary>The places found, in increasing order.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _size);

    /// <summary>Their tokens.</summary>
    public long Tokens { get; private set; }

    /// <summary>Searches.</summary>
    /// <param name="window">At least <paramref name="size"/> are left in it.</param>
    /// <param name="size">Requests in the subset, from 1 to <see cref="Most"/>.</param>
    /// <param name="target">The number to come close to, from 0.</param>
    public void Find(CandidateWindow window, int size, long target)
    {
        _size = size;
        Tokens = -1;
        switch (size)
        {
            case 1:
                Single(window, target);
                break;
            case 2:
                Pair(window, -1, 0, target);
                break;
            default:
                Triple(window, target);
                break;
        }

        if (Tokens < 0)
        {
            Fewest(window);
        }
    }

    private void Single(CandidateWindow window, long target)
    {
        int place = window.UpTo(target);
        if (place >= 0)
        {
            _trial[0] = place;
            Keep(window.Tokens(place));
        }
    }

    private void Triple(CandidateWindow window, long target)
    {
        for (int first = window.First(); first >= 0 && Tokens < target; first = window.After(first))
        {
            _trial[0] = first;
            Pair(window, first, window.Tokens(first), target);
        }
    }

    // The best pair after a place, with the tokens of the one at that place.
    private void Pair(CandidateWindow window, int before, long tokens, long target)
    {
        int low = window.After(before);
        int high = window.Last();
        while (low >= 0 && low < high && Tokens < target)
        {
            long sum = tokens + window.Tokens(low) + window.Tokens(high);
            if (sum > target)
            {
                high = window.Before(high);
                continue;
            }

            if (sum > Tokens)
            {
                _trial[_size - 2] = low;
                _trial[_size - 1] = Math.Max(window.After(low), window.FirstLike(high));
                Keep(sum);
            }

            low = window.After(low);
        }
    }

    private void Fewest(CandidateWindow window)
    {
        long sum = 0;
        int place = -1;
        for (int i = 0; i < _size; i++)
        {
            place = window.After(place);
            _trial[i] = place;
            sum += window.Tokens(place);
        }

        Keep(sum);
    }

    private void Keep(long tokens)
    {
        Tokens = tokens;
        _trial.AsSpan(0, _size).CopyTo(_places);
    }
}

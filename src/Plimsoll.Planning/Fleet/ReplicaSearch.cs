namespace Plimsoll.Planning.Fleet;

/// <summary>
/// The least number of replicas that passes a test, which more replicas pass whenever fewer do. Begins at a guess, gallops away from it in
/// steps that double (the first is an eighth of the guess), down while it passes and up while it fails, and then halves what is left.
/// Whoever owns it runs the tests.
/// </summary>
public sealed class ReplicaSearch
{
    private const int StrideShare = 8;

    private readonly int _least;
    private int _most;
    private int _stride;

    // The greatest that failed (or one below all that may be asked for) and the least that passed (0 for none yet).
    private int _failed;
    private int _passed;

    /// <summary>A search.</summary>
    /// <param name="least">Fewest replicas to try, from 1.</param>
    /// <param name="guess">Where to begin; moved into the range.</param>
    /// <param name="most">Most replicas to try.</param>
    public ReplicaSearch(int least, int guess, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        (_least, _most, _failed) = (least, most, least - 1);
        Next = Math.Clamp(guess, least, most);
        _stride = Math.Max(1, Next.Value / StrideShare);
    }

    /// <summary>What to test next; null when the search has ended.</summary>
    public int? Next { get; private set; }

    /// <summary>The least number that passed; null while the search goes on, or when none did.</summary>
    public int? Found => Next is null && _passed > 0 ? _passed : null;

    /// <summary>Takes the result of testing <see cref="Next"/>.</summary>
    /// <exception cref="InvalidOperationException">The search has ended.</exception>
    public void Tell(bool passed)
    {
        int tested = Next ?? throw new InvalidOperationException("the search has ended");
        (_failed, _passed) = passed ? (_failed, tested) : (tested, _passed);
        Next = Following();
    }

    /// <summary>From now on looks at no more than so many replicas; what passed above that is forgotten.</summary>
    public void Limit(int most)
    {
        if (Next is not { } next || most >= _most)
        {
            return;
        }

        _most = most;
        _passed = _passed > most ? 0 : _passed;
        Next = most <= _failed ? null : Math.Min(next, most);
    }

    private int? Following()
    {
        if (_passed == 0)
        {
            return _failed == _most ? null : (int)Math.Min(_most, _failed + (long)Stride());
        }

        if (_passed == _failed + 1)
        {
            return null;
        }

        // Nothing below has failed yet.
        return _failed < _least ? Math.Max(_least, _passed - Stride()) : _failed + ((_passed - _failed) / 2);
    }

    private int Stride()
    {
        int stride = _stride;
        _stride = Math.Min(2 * stride, 1 << 29);
        return stride;
    }
}

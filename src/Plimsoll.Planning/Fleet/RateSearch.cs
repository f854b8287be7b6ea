namespace Plimsoll.Planning.Fleet;

/// <summary>
/// The greatest rate at which a fleet still keeps its promises: tries the most that the load line with head-room allows, and if that fails
/// halves the ratio between what passed and what failed until they are 2 % apart. Whoever owns it runs the tests.
/// </summary>
public sealed class RateSearch
{
    /// <summary>How near the answer is to the rate that fails, as a ratio.</summary>
    public const double Resolution = 1.02;

    private double _failed = double.PositiveInfinity;

    /// <summary>A search.</summary>
    /// <param name="passed">A rate at which the promises are kept, in requests per second.</param>
    /// <param name="most">The greatest to try.</param>
    public RateSearch(double passed, double most)
    {
        RequestsPerSecond = passed;
        Next = most > passed ? most : null;
    }

    /// <summary>What to test next, in requests per second; null when the search has ended.</summary>
    public double? Next { get; private set; }

    /// <summary>The greatest rate that passed so far.</summary>
    public double RequestsPerSecond { get; private set; }

    /// <summary>Takes the result of testing <see cref="Next"/>.</summary>
    /// <exception cref="InvalidOperationException">The search has ended.</exception>
    public void Tell(bool passed)
    {
        double tested = Next ?? throw new InvalidOperationException("the search has ended");
        (RequestsPerSecond, _failed) = passed ? (tested, _failed) : (RequestsPerSecond, tested);
        Next = double.IsFinite(_failed) && _failed > Resolution * RequestsPerSecond ? Math.Sqrt(RequestsPerSecond * _failed) : null;
    }
}

using Plimsoll.Core;

namespace Plimsoll.Testing;

/// <summary>Dice for tests: seeded, or scripted by a seed that happens to show what the test wants.</summary>
public static class Dice
{
    /// <summary>The stream of this seed.</summary>
    public static RandomStream Seeded(ulong seed) => new(seed);

    /// <summary>
    /// A stream of which the first draws, below <c>Below</c> each, are the <c>Face</c>s given: the one with the smallest seed.
    /// </summary>
    public static RandomStream Showing(params ReadOnlySpan<(long Below, long Face)> draws)
    {
        for (ulong seed = 0; seed < 1_000_000; seed++)
        {
            RandomStream random = new(seed);
            if (Shows(ref random, draws))
            {
                return new RandomStream(seed);
            }
        }

        throw new ArgumentException("no small seed shows these faces", nameof(draws));
    }

    private static bool Shows(ref RandomStream random, ReadOnlySpan<(long Below, long Face)> draws)
    {
        foreach ((long below, long face) in draws)
        {
            if (random.NextBelow(below) != face)
            {
                return false;
            }
        }

        return true;
    }
}

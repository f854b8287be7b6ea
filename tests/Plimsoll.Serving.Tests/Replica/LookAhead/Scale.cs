using Plimsoll.Core;

namespace Plimsoll.Serving.Tests.Replica.LookAhead;

/// <summary>How large the numbers of a random history are.</summary>
internal sealed record Scale(long Capacity, long MostTokens, long MostSteps, long EndGrid, int MostInside, long LongestJump)
{
    /// <summary>So small that every step can be looked at.</summary>
    public static Scale Small(ulong seed) => (seed % 4) switch
    {
        0 => new Scale(200, 10, 40, 1, 30, 60),
        1 => new Scale(60, 30, 8, 1, 20, 5),
        2 => new Scale(2_000, 40, 100, 20, 60, 30),
        _ => new Scale(3_000, 300, 60, 1, 40, 100),
    };

    /// <summary>From the small to the largest, with few ends and with many.</summary>
    public static Scale Of(ulong seed) => (seed % 5) switch
    {
        0 => Small(seed / 5),
        1 => new Scale(20_000, 100, 400, 1, 150, 50),
        2 => new Scale(40_000, 100, 400, 50, 60, 20),
        3 => new Scale(1L << 50, 1L << 40, 1L << 39, 1, 100, 1L << 28),
        _ => new Scale(1_000_000, 20_000, 3_000, 7, 50, 2_000),
    };

    /// <summary>Sizes and lengths, often small, of which the lengths fall on a grid.</summary>
    public (long Size, long Length) Candidate(ref RandomStream dice)
    {
        long size = dice.NextBelow((dice.NextBelow(3) == 0 ? MostTokens : Math.Min(MostTokens, 20)) + 1);
        long length = 1 + dice.NextBelow(dice.NextBelow(4) == 0 ? Math.Min(MostSteps, 5) : MostSteps);
        return (size, (length + EndGrid - 1) / EndGrid * EndGrid);
    }
}

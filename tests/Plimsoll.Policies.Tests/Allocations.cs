namespace Plimsoll.Policies.Tests;

internal static class Allocations
{
    /// <summary>Requires that <paramref name="action"/>, once warm, allocates this many bytes over a thousand calls.</summary>
    public static void Expect(long bytes, Action action)
    {
        Repeat(action);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(action);
        Assert.Equal(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Repeat(Action action)
    {
        for (int i = 0; i < 1000; i++)
        {
            action();
        }
    }
}

namespace Plimsoll.Gateway.Backends;

/// <summary>
/// Keeps retries a share of the traffic, so that a fleet in trouble does not get its load doubled: every request pays in a part of a retry,
/// a retry takes out a whole one. As in Finagle's and Envoy's budgets, without their clock.
/// </summary>
public sealed class RetryBudget
{
    /// <summary>Requests that pay for one retry: at most a fifth more load.</summary>
    public const int RequestsForOne = 5;

    private const int Least = 10 * RequestsForOne;
    private const int Most = 100 * RequestsForOne;

    private int _balance = Least;

    /// <summary>A request came.</summary>
    public void Pay()
    {
        if (Volatile.Read(ref _balance) < Most)
        {
            Interlocked.Increment(ref _balance);
        }
    }

    /// <summary>Whether there is enough for a retry, which is then taken out.</summary>
    public bool TryTake()
    {
        for (int seen = Volatile.Read(ref _balance); seen >= RequestsForOne;)
        {
            int before = Interlocked.CompareExchange(ref _balance, seen - RequestsForOne, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }
}

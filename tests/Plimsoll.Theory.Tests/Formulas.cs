namespace Plimsoll.Theory.Tests;

/// <summary>Queueing theory in closed form. Rates in requests per second, times in seconds.</summary>
internal static class Formulas
{
    /// <summary>
    /// Pollaczek and Khinchine: mean time in an M/G/1 queue, first come, first served: E[S] + λ E[S²] / (2 (1 − ρ)). Poisson arrivals,
    /// independent service times, one server that never idles while somebody waits.
    /// </summary>
    public static double MeanSojournOfOneServer(double rate, double meanService, double secondMomentOfService) =>
        meanService + (rate * secondMomentOfService / (2 * (1 - (rate * meanService))));

    /// <summary>
    /// Erlang's C: the probability that an arrival to an M/M/c queue has to wait. Exponential service times, one queue for all servers.
    /// By the recursion of Erlang's B over the number of servers.
    /// </summary>
    public static double ProbabilityOfWaiting(int servers, double offeredLoad)
    {
        double blocked = 1;
        for (int n = 1; n <= servers; n++)
        {
            blocked = offeredLoad * blocked / (n + (offeredLoad * blocked));
        }

        double utilization = offeredLoad / servers;
        return blocked / (1 - utilization + (utilization * blocked));
    }

    /// <summary>Mean wait in an M/M/c queue: C / (cμ − λ).</summary>
    public static double MeanWaitOfManyServers(int servers, double rate, double meanService) =>
        ProbabilityOfWaiting(servers, rate * meanService) / ((servers / meanService) - rate);

    /// <summary>Mean time in an M/G/1 queue under processor sharing: E[S] / (1 − ρ), whatever the distribution of S.</summary>
    public static double MeanSojournUnderSharing(double rate, double meanService) => meanService / (1 - (rate * meanService));
}

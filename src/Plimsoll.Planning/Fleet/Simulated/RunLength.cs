using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>How long a run is.</summary>
/// <param name="Requests">Requests in it.</param>
/// <param name="WarmUpSeconds">Requests that arrive before this are left out of the latencies, because the fleet begins empty.</param>
public readonly record struct RunLength(long Requests, double WarmUpSeconds)
{
    private const double WarmUpStays = 2;
    private const double StaysPerRun = 10;
    private const double MostOfRun = 0.2;

    /// <summary>
    /// At least as many requests as asked for, and 10 mean stays at the load line (n·b/x by Little's law), of which the first two are
    /// warm-up; never more than a limit, of which the warm-up takes a fifth at most.
    /// </summary>
    /// <param name="line">The load line of a replica.</param>
    /// <param name="requestsPerSecond">λ, above 0.</param>
    /// <param name="least">Fewest requests.</param>
    /// <param name="most">Most requests.</param>
    public static RunLength Of(LoadLineEstimate line, double requestsPerSecond, long least, long most)
    {
        double staySeconds = line.Moments.ResidentSteps * line.StepSeconds;
        double wanted = Math.Ceiling(StaysPerRun * staySeconds * requestsPerSecond);
        long requests = (long)Math.Min(most, Math.Max(least, wanted));
        return new RunLength(requests, Math.Min(WarmUpStays * staySeconds, MostOfRun * requests / requestsPerSecond));
    }
}

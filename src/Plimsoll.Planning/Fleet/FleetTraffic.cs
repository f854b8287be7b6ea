using Plimsoll.Core;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.Fleet;

/// <summary>The traffic that a fleet is planned for.</summary>
public abstract class FleetTraffic
{
    /// <summary>λ: mean arrivals per second, above 0.</summary>
    public abstract double RequestsPerSecond { get; }

    /// <summary>How a run's traffic is made, in a sentence.</summary>
    public abstract string Method { get; }

    /// <summary>What the load line needs to know of lengths.</summary>
    /// <param name="chunkTokens">Prompt tokens a step adds to a request; infinity for whole prompts.</param>
    /// <param name="prefixCaching">Whether common beginnings are computed once.</param>
    public abstract RequestMoments Moments(double chunkTokens, bool prefixCaching);

    /// <summary>The prompt length in tokens below which a fraction of the prompts stays.</summary>
    public abstract int PromptQuantile(double quantile);

    /// <summary>The output length in tokens below which a fraction of the outputs stays.</summary>
    public abstract int OutputQuantile(double quantile);

    /// <summary>Traffic for one run.</summary>
    /// <param name="requests">How many.</param>
    /// <param name="random">The dice of the run.</param>
    public abstract IRequestSource Source(long requests, RandomTree random);
}

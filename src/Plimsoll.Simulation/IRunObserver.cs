using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation;

/// <summary>Somebody who watches a run from the host: progress, a file of requests. Never changes what happens.</summary>
public interface IRunObserver
{
    /// <summary>A request ended.</summary>
    void Ended(in RequestTimeline timeline);

    /// <summary>A request left the batch; told only if the scenario's replicas keep stays.</summary>
    void Left(in Stay stay)
    {
    }

    /// <summary>Called now and then; returning false stops the run, which is then partial.</summary>
    /// <param name="now">Virtual time.</param>
    /// <param name="arrived">Requests that have arrived.</param>
    /// <param name="ended">Requests that have ended.</param>
    bool Continue(Instant now, long arrived, long ended);
}

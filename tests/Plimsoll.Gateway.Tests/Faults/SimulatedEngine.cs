namespace Plimsoll.Gateway.Tests.Faults;

/// <summary>A replica of the simulated fleet: what is wrong with it, and what runs there.</summary>
internal sealed class SimulatedEngine
{
    public enum Condition
    {
        /// <summary>Serves.</summary>
        Well,

        /// <summary>Refuses connections; what ran there is cut.</summary>
        Crashed,

        /// <summary>Takes requests and says nothing, not even to probes.</summary>
        Hung,

        /// <summary>Answers every request with an error before its first byte, and probes well.</summary>
        Failing,
    }

    public Condition State { get; set; }

    /// <summary>How much longer than usual it takes.</summary>
    public int Slowness { get; set; } = 1;

    /// <summary>Requests that run there.</summary>
    public HashSet<SimulatedRequest> Running { get; } = [];
}

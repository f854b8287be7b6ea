using Plimsoll.Policies;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>What a live fleet can show to a policy.</summary>
public static class LiveSignals
{
    /// <summary>All of it; a policy that must see more works in simulation only.</summary>
    public const Signals Shown = Signals.Queue | Signals.Tokens | Signals.KvMemory | Signals.PrefixHits
        | Signals.Session | Signals.Deadline | Signals.Priority;
}

namespace Plimsoll.Policies.Balancing;

/// <summary>One data-parallel worker of a barrier group.</summary>
public struct WorkerView
{
    /// <summary>Its load: KV tokens that its requests hold, or will hold once their prompts are computed.</summary>
    public long LoadTokens;

    /// <summary>Requests on it: running, and put there but not running yet.</summary>
    public int Requests;

    /// <summary>Of these, those not running yet.</summary>
    public int WaitingRequests;

    /// <summary>Requests that may still be put there.</summary>
    public int FreeSlots;
}

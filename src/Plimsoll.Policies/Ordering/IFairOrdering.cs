namespace Plimsoll.Policies.Ordering;

/// <summary>
/// An order between tenants, which depends on what each of them has had. Requests of one tenant are compared by what does not change, so a
/// queue keeps them sorted; those of different tenants must be compared anew at each dispatch. The queue tells it who waits and what was
/// served.
/// </summary>
public interface IFairOrdering : IOrderingPolicy, IRemembers
{
    /// <summary>A tenant of whom nothing was waiting has a request that waits.</summary>
    void Joined(ulong tenant);

    /// <summary>The last request of a tenant that waited waits no more.</summary>
    void Left(ulong tenant);

    /// <summary>A tenant was served, or is charged for what it will be; below zero for what is given back.</summary>
    /// <param name="tenant">Who.</param>
    /// <param name="inputTokens">Prompt tokens.</param>
    /// <param name="outputTokens">Output tokens.</param>
    void Served(ulong tenant, long inputTokens, long outputTokens);
}

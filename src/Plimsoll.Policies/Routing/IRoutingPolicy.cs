using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>Answers one question: which replica takes this request?</summary>
/// <remarks>
/// A policy may keep state, such as a cursor; it then belongs to one dispatcher, which asks it about one request at a time. A decision
/// takes time in proportion to the number of replicas at most, and allocates nothing.
/// </remarks>
public interface IRoutingPolicy
{
    /// <summary>Returns an index into <paramref name="replicas"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="replicas">The replicas that may take it: never empty, sorted by id, no id twice.</param>
    /// <param name="random">The only source of chance.</param>
    int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random);
}

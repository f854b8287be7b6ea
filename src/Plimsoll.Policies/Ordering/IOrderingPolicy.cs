using Plimsoll.Core;

namespace Plimsoll.Policies.Ordering;

/// <summary>Answers one question: which of two waiting requests is served first?</summary>
/// <remarks>
/// The order is total and stable: it ends in the request id, so that only a request and itself compare equal, and it depends on nothing
/// but the two views. It allocates nothing. Both views carry the same <see cref="RequestView.Now"/>; the orders in the catalogue do
/// not look at it, so a queue may keep them sorted. An order that ages would have to say so, because its queue must be sorted again at
/// each dispatch.
/// </remarks>
public interface IOrderingPolicy
{
    /// <summary>
    /// Negative if <paramref name="first"/> goes first, positive if <paramref name="second"/> does, zero if they are one request.
    /// </summary>
    int Compare(in RequestView first, in RequestView second);
}

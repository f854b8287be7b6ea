using Plimsoll.Policies;
using Plimsoll.Policies.Admission;
using Plimsoll.Policies.Ordering;
using Plimsoll.Policies.Routing;

namespace Plimsoll.Serving.Dispatch;

/// <summary>The decisions a dispatcher makes, as choices from the catalogue: each dispatcher creates its own policies from them.</summary>
/// <param name="Admission">May this request enter now?</param>
/// <param name="Ordering">Which waiting request is served first?</param>
/// <param name="Routing">Which replica takes this request?</param>
/// <param name="WindowRequests">
/// Most requests in flight on each replica, from 1; what does not fit waits here, where it can still be reordered. Null for no limit.
/// </param>
public sealed record DispatcherConfiguration(
    PolicyChoice<IAdmissionPolicy> Admission,
    PolicyChoice<IOrderingPolicy> Ordering,
    PolicyChoice<IRoutingPolicy> Routing,
    int? WindowRequests = null)
{
    /// <summary>Everything the chosen policies must see.</summary>
    public Signals Signals => Admission.Entry.Signals | Ordering.Entry.Signals | Routing.Entry.Signals;
}

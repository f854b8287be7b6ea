using Plimsoll.Core;
using Plimsoll.Policies.Ordering;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// Requests that wait in the dispatcher, of which the ordering policy says who goes first. Where the order between tenants changes as they
/// are served, each tenant has a queue of its own and their first requests are compared; else there is one queue.
/// </summary>
internal sealed class FlowQueue(IOrderingPolicy ordering)
{
    private readonly IFairOrdering? _fair = ordering as IFairOrdering;
    private readonly Deadlines _deadlines = new();
    private readonly Dictionary<ulong, Flow> _byTenant = [];
    private readonly List<Flow> _flows = [];
    private readonly Stack<Flow> _unused = new();

    public int Count { get; private set; }

    /// <summary>The order.</summary>
    public IOrderingPolicy Ordering => ordering;

    /// <summary>The order between tenants, if it is one that must be told what they were served.</summary>
    public IFairOrdering? Fair => _fair;

    /// <summary>When the first of them runs out of time; <see cref="Instant.Never"/> if none will.</summary>
    public Instant NextDeadline => _deadlines.Next;

    public void Add(in InferenceRequest request, Instant now)
    {
        if (request.Details?.Deadline is { } allowed)
        {
            _deadlines.Add(request.Id, request.Arrival + allowed);
        }

        FlowOf(request).Requests.Add(request, now);
        Count++;
    }

    /// <summary>Takes out the one that goes first; there must be one.</summary>
    public InferenceRequest TakeFirst(Instant now)
    {
        Flow first = _flows[0];
        for (int i = 1; i < _flows.Count; i++)
        {
            if (ordering.Compare(
                RequestViews.Of(_flows[i].Requests.First, now, default, _flows[i].Tenant),
                RequestViews.Of(first.Requests.First, now, default, first.Tenant)) < 0)
            {
                first = _flows[i];
            }
        }

        return Take(first, 0, now);
    }

    /// <summary>Takes a request out wherever it stands; false if it is not here.</summary>
    public bool Remove(RequestId id, Instant now, out InferenceRequest request)
    {
        foreach (Flow flow in _flows)
        {
            int place = flow.Requests.PlaceOf(id);
            if (place >= 0)
            {
                request = Take(flow, place, now);
                return true;
            }
        }

        request = default;
        return false;
    }

    /// <summary>Takes out the one whose time runs out first; there must be one.</summary>
    public InferenceRequest TakeMostUrgent(Instant now)
    {
        Remove(_deadlines.First, now, out InferenceRequest request);
        return request;
    }

    /// <summary>Adds everybody to another queue, in order of their numbers.</summary>
    public void MoveTo(FlowQueue other, Instant now)
    {
        foreach (InferenceRequest request in Saved())
        {
            other.Add(request, now);
        }
    }

    /// <summary>Everybody, in order of their numbers.</summary>
    public InferenceRequest[] Saved()
    {
        InferenceRequest[] all = new InferenceRequest[Count];
        int next = 0;
        foreach (Flow flow in _flows)
        {
            flow.Requests.All.CopyTo(all.AsSpan(next));
            next += flow.Requests.Count;
        }

        Array.Sort(all, static (a, b) => a.Id.CompareTo(b.Id));
        return all;
    }

    private Flow FlowOf(in InferenceRequest request)
    {
        ulong tenant = _fair is null ? 0 : RequestViews.TenantOf(request);
        if (_byTenant.TryGetValue(tenant, out Flow? flow))
        {
            return flow;
        }

        if (!_unused.TryPop(out flow))
        {
            flow = new Flow(new RequestHeap(ordering));
        }

        (flow.Tenant, flow.Place) = (tenant, _flows.Count);
        _flows.Add(flow);
        _byTenant.Add(tenant, flow);
        _fair?.Joined(tenant);
        return flow;
    }

    private InferenceRequest Take(Flow flow, int place, Instant now)
    {
        InferenceRequest taken = flow.Requests.TakeAt(place, now);
        Count--;
        if (taken.Details?.Deadline is not null)
        {
            _deadlines.Remove(taken.Id);
        }

        if (flow.Requests.Count == 0)
        {
            Close(flow);
        }

        return taken;
    }

    private void Close(Flow flow)
    {
        _flows[flow.Place] = _flows[^1];
        _flows[flow.Place].Place = flow.Place;
        _flows.RemoveAt(_flows.Count - 1);
        _byTenant.Remove(flow.Tenant);
        _unused.Push(flow);
        _fair?.Left(flow.Tenant);
    }

    private sealed class Flow(RequestHeap requests)
    {
        public RequestHeap Requests => requests;

        public ulong Tenant { get; set; }

        public int Place { get; set; }
    }
}

using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Ordering;
using Plimsoll.Policies.Routing;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Serving.Tests.Dispatch.Log;

/// <summary>A dispatcher to which all kinds of things happen by chance.</summary>
internal sealed class DispatcherLife
{
    private readonly DispatchEffects _effects = new();
    private readonly List<DispatchEffect> _running = [];
    private readonly int _replicas;
    private RandomStream _random;
    private Instant _now = Instant.Zero;
    private long _next;

    public DispatcherLife(ulong seed)
    {
        _random = new RandomTree(seed).Stream("life");
        _replicas = 1 + (int)Below(5);
        Dispatcher = new Dispatcher(AnyPolicies(), _replicas, new RandomTree(seed).Stream("routing"));
    }

    public Dispatcher Dispatcher { get; }

    public long Events { get; private set; }

    public long Below(long count) => _random.NextBelow(count);

    /// <summary>Lets so many things happen.</summary>
    public List<DecisionEvent> Live(int events)
    {
        List<DecisionEvent> lived = [];
        for (int i = 0; i < events; i++)
        {
            _now += new Duration(Below(2_000_000_000));
            DispatchInput input = Any();
            Dispatcher.Apply(input, _effects);
            DispatchEffect[] effects = _effects.All.ToArray();
            _effects.Clear();
            _running.AddRange(effects.Where(effect => effect.Kind == DispatchEffectKind.Send));
            lived.Add(new DecisionEvent(++Events, input, effects));
        }

        return lived;
    }

    private DispatchInput Any()
    {
        switch (Below(12))
        {
            case 0:
                int waiting = (int)Below(4);
                return new DispatchInput
                {
                    Kind = DispatchInputKind.Reported,
                    Now = _now,
                    Report = new ReplicaReport(new ReplicaId((int)Below(_replicas)), _now, (int)Below(8), waiting, Below(100), 100),
                };
            case 1:
                return new DispatchInput
                {
                    Kind = DispatchInputKind.Windowed,
                    Now = _now,
                    Replica = (int)Below(_replicas),
                    WindowRequests = Below(8) == 0 ? null : (int)Below(5),
                };
            case 2:
                return new DispatchInput { Kind = DispatchInputKind.TimePassed, Now = _now };
            case 3:
                return new DispatchInput { Kind = DispatchInputKind.Cancelled, Now = _now, Request = new(new RequestId(Below(_next + 1)), _now, 1, 1) };
            case 4 when Below(8) == 0:
                return new DispatchInput { Kind = DispatchInputKind.Reconfigured, Now = _now, Configuration = AnyPolicies() };
            case 4 when Below(3) == 0:
                return new DispatchInput
                {
                    Kind = DispatchInputKind.Forgotten,
                    Now = _now,
                    Replica = (int)Below(_replicas),
                    KeptTokens = Below(2) == 0 ? 0 : Below(20_000),
                };
            case 4 when Below(3) > 0:
                return new DispatchInput
                {
                    Kind = Below(2) == 0 ? DispatchInputKind.Stored : DispatchInputKind.Removed,
                    Now = _now,
                    Replica = (int)Below(_replicas),
                    Prefixes = [.. (AnyRequest().Details?.PrefixHashArray ?? []).Where((_, i) => i % 4 == 3)],
                };
            case 5 when _running.Count > 0:
                DispatchEffect failed = TakeRunning();
                return new DispatchInput
                {
                    Kind = DispatchInputKind.Retried,
                    Now = _now,
                    Request = failed.Request,
                    Replica = failed.Replica,
                    ChargedTokens = failed.ChargedTokens,
                };
            case 6 or 7 or 8 or 9 when _running.Count > 0:
                DispatchEffect ended = TakeRunning();
                return new DispatchInput
                {
                    Kind = DispatchInputKind.Ended,
                    Now = _now,
                    Replica = ended.Replica,
                    ChargedTokens = ended.ChargedTokens,
                    Served = ServedTokens.Of(ended.Request, (int)Below(200)),
                };
            default:
                return new DispatchInput { Kind = DispatchInputKind.Arrived, Now = _now, Request = AnyRequest() };
        }
    }

    private DispatchEffect TakeRunning()
    {
        int index = (int)Below(_running.Count);
        DispatchEffect taken = _running[index];
        _running.RemoveAt(index);
        return taken;
    }

    private InferenceRequest AnyRequest()
    {
        var request = new InferenceRequest(new RequestId(_next++), _now, 1 + (int)Below(3_000), 1);
        if (Below(4) == 0)
        {
            return request;
        }

        ulong[] hashes = new ulong[(request.PromptTokens / 128) + 1];
        ulong hash = (ulong)Below(3);
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = hash = StableHash.Combine(hash, (ulong)Below(10) == 0 ? (ulong)Below(1000) : 0);
        }

        return request with
        {
            Details = new RequestDetails
            {
                Session = Below(2) == 0 ? null : $"s{Below(5)}",
                Client = Below(4) == 0 ? null : $"c{Below(4)}",
                Priority = (int)Below(5) - 2,
                PredictedOutputTokens = Below(2) == 0 ? 0 : (int)Below(500),
                Deadline = Below(2) == 0 ? null : new Duration(Below(20_000_000_000)),
                BlockTokens = 128,
                PrefixHashArray = hashes,
            },
        };
    }

    private DispatcherConfiguration AnyPolicies()
    {
        string[] admissions = ["always", "queue-limit:limit=3", "token-budget:tokens=9000"];
        return new DispatcherConfiguration(
            PolicyCatalog.Admission.Parse(admissions[Below(admissions.Length)], out _)!,
            new PolicyChoice<IOrderingPolicy>(
                PolicyCatalog.Ordering.Entries[(int)Below(PolicyCatalog.Ordering.Entries.Count)], PolicyArguments.Defaults),
            new PolicyChoice<IRoutingPolicy>(
                PolicyCatalog.Routing.Entries[(int)Below(PolicyCatalog.Routing.Entries.Count)], PolicyArguments.Defaults),
            Below(3) == 0 ? null : 1 + (int)Below(4));
    }
}

using System.Text;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Testing;
using Plimsoll.Wire;
using Fleet = Plimsoll.Gateway.Backends.Fleet;

namespace Plimsoll.Gateway.Tests.Faults;

/// <summary>
/// The gateway's own fleet, gates, dispatch loop and retry budget, on a clock that is moved by hand, before engines that are made up: all
/// of it follows from the seed. What the endpoint does around them is repeated here: one attempt after the other, as in
/// <c>InferenceEndpoint</c> and <c>Attempt</c>.
/// </summary>
internal sealed class FleetSimulation
{
    private const int MostAttempts = 3;
    private const int FirstByteMilliseconds = 4_000;
    private const int FaultsEnd = 60_000;

    private static readonly HealthOptions Health = new()
    {
        ProbeInterval = Duration.FromMilliseconds(250),
        OpenFor = Duration.FromMilliseconds(500),
        OpenAtMost = Duration.FromMilliseconds(4_000),
        SlowStart = Duration.FromMilliseconds(2_000),
    };

    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly ManualTime _time = new();
    private readonly List<SimulatedRequest> _requests = [];
    private readonly List<SimulatedRequest> _held = [];
    private readonly StringBuilder _story = new();
    private readonly RetryBudget _retries = new();
    private readonly SimulatedEngine[] _engines;
    private readonly Fleet _fleet;
    private BookKeeper _books = null!;
    private RandomStream _random;
    private long _now;
    private long _order;

    public FleetSimulation(ulong seed)
    {
        _random = new RandomTree(seed).Stream("faults");
        _engines = [.. Enumerable.Range(0, 1 + Below(4)).Select(_ => new SimulatedEngine())];
        ServingPolicies policies = AnyPolicies();
        var clock = new GatewayClock(_time);
        var pools = new ModelPools(
            policies.Dispatch,
            _engines.Length,
            clock,
            new RandomTree(seed),
            (_, dispatcher) => _books = new BookKeeper(dispatcher, _engines.Length),
            PredictionSpec.Parse("learned", out _));
        _fleet = new Fleet(_engines.Length, () => new ReplicaGate(Health, null), pools, clock, policies, new GatewayLog(null, clock));
        _fleet.Set([.. Enumerable.Range(0, _engines.Length).Select(i => new Backend(i, $"e{i}", new Uri("http://e")))]);
    }

    /// <summary>Everything that happened, in order: the same for the same seed.</summary>
    public string Story => _story.ToString();

    /// <summary>Requests by the way in which they ended.</summary>
    public IReadOnlyDictionary<string, int> Outcomes =>
        _requests.CountBy(request => request.Outcome!).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>A minute of traffic and faults, and then peace: everything must end, and what comes then must be served.</summary>
    public void Run()
    {
        for (int i = 0; i < _engines.Length; i++)
        {
            int engine = i;
            _fleet.Learned(engine, EngineModels.Of(["m"]));
            At(Below(250), () => Probe(engine));
        }

        int requests = 50 + Below(200);
        for (int i = 0; i < requests; i++)
        {
            At(Below(FaultsEnd), () => Arrive(mayLeave: true));
        }

        for (int faults = Below(20); faults > 0; faults--)
        {
            At(Below(FaultsEnd), Fault);
        }

        for (int switches = Below(6); switches > 0; switches--)
        {
            At(Below(FaultsEnd), () => Switch(AnyPolicies()));
        }

        At(FaultsEnd, Heal);

        // The longest wait of what is there: its queue behind slow requests, two more attempts, the breaker, slow start.
        At(FaultsEnd + 300_000, () => Assert.All(_requests, request => Assert.True(request.Outcome is not null, $"request {request.Number} never ended")));
        int first = requests;
        At(FaultsEnd + 300_000, () =>
        {
            for (int i = 0; i < 20; i++)
            {
                Arrive(mayLeave: false);
            }
        });
        while (_now < FaultsEnd + 600_000)
        {
            _events.TryDequeue(out Action? happens, out (long At, long Order) when);
            _time.Advance(TimeSpan.FromMilliseconds(when.At - _now));
            _now = when.At;
            Settle();
            happens!();
            Settle();
        }

        Assert.All(_requests[first..], request => Assert.Equal("completed", request.Outcome));
        Assert.Equal(first + 20, _requests.Count(request => request.Outcome is not null));
        Assert.All(_fleet.Replicas, replica => Assert.Equal(0, replica.InFlight));
        ModelPool pool = Assert.Single(_fleet.Pools());
        Assert.Equal((0, false), (pool.Loop.HeldRequests, pool.Loop.Completion.IsCompleted));
        _books.IsEmpty();
        _books.Replays();
    }

    private int Below(int count) => (int)_random.NextBelow(count);

    private void At(long milliseconds, Action happens) => _events.Enqueue(happens, (milliseconds, _order++));

    private void After(int milliseconds, Action happens) => At(_now + milliseconds, happens);

    private void Tell(string what) => _story.Append(_now).Append(": ").Append(what).Append('\n');

    private ServingPolicies AnyPolicies()
    {
        string[] admissions = ["always", "always", "queue-limit:limit=5", "token-budget:tokens=4000"];
        string?[] windows = ["1", "3", "16", "none", "adaptive"];
        return LivePolicies.Over(
            new ServingPolicies(new DispatcherConfiguration(PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default)),
            admissions[Below(admissions.Length)],
            PolicyCatalog.Ordering.Entries[Below(PolicyCatalog.Ordering.Entries.Count)].Name,
            PolicyCatalog.Routing.Entries[Below(PolicyCatalog.Routing.Entries.Count)].Name,
            windows[Below(windows.Length)],
            Signals.PredictedLength | Signals.LengthInterval,
            (what, why) => Assert.Fail($"{what}: {why}"));
    }

    private void Switch(ServingPolicies policies)
    {
        Tell($"policies {policies}");
        _fleet.Reconfigure(policies);
    }

    private void Arrive(bool mayLeave)
    {
        var details = new RequestDetails
        {
            Session = Below(2) == 0 ? null : $"s{Below(10)}",
            Client = $"c{Below(3)}",
            Priority = Below(3),
            Deadline = mayLeave && Below(3) == 0 ? Duration.FromMilliseconds(1 + Below(5_000)) : Duration.FromMilliseconds(250_000),
            BlockTokens = 128,
            PrefixHashArray = [.. Enumerable.Range(0, Below(12)).Select(i => (ulong)((i * 2) + Below(2)))],
        };
        var plain = new InferenceRequest(default, default, 1 + Below(1_500), 1, details);
        ModelPool pool = _fleet.Find("m")!;
        var request = new SimulatedRequest(_requests.Count, new Ticket(pool.Lengths!.Predicted(plain)))
        {
            PrefillMilliseconds = 1 + Below(500),
            DecodeMilliseconds = Below(2_000),
        };
        Tell($"request {request.Number}");
        _requests.Add(request);
        _held.Add(request);
        _retries.Pay();
        _ = pool.Loop.PlaceAsync(request.Ticket, request.Client.Token);
        if (mayLeave && Below(5) == 0)
        {
            After(Below(6_000), () => Leave(request));
        }
    }

    // What the loop has answered meanwhile is acted on, until it has answered nothing more.
    private void Settle()
    {
        for (int i = 0; i < _held.Count; i++)
        {
            SimulatedRequest request = _held[i];
            Task<Placement> answer = request.Ticket.Answer.Task;
            if (!answer.IsCompleted)
            {
                continue;
            }

            _held.RemoveAt(i);
            i = -1;
            if (answer.IsCanceled)
            {
                End(request, "left while held");
            }
            else if (answer.Result is { IsSent: true } placement)
            {
                Begin(request, placement);
            }
            else
            {
                End(request, "refused", answer.Result.Reason);
            }
        }
    }

    private void Begin(SimulatedRequest request, Placement placement)
    {
        Tell($"request {request.Number} to {placement.Replica}");
        SimulatedEngine engine = _engines[placement.Replica];
        (request.Runs, request.HasBegun) = (placement, false);
        int attempt = ++request.Attempts;
        _fleet.Replicas[placement.Replica].Sent();
        Assert.True(engine.Running.Add(request), "no request runs twice");
        bool IsStill() => request.Runs is not null && request.Attempts == attempt;
        switch (engine.State)
        {
            case SimulatedEngine.Condition.Crashed or SimulatedEngine.Condition.Failing:
                After(1 + Below(5), () => When(IsStill, () => Break(request)));
                break;
            case SimulatedEngine.Condition.Hung:
                After(FirstByteMilliseconds, () => When(() => IsStill() && !request.HasBegun, () => RunOut(request)));
                break;
            default:
                After(request.PrefillMilliseconds * engine.Slowness, () => When(IsStill, () => FirstByte(request)));
                After(FirstByteMilliseconds, () => When(() => IsStill() && !request.HasBegun, () => RunOut(request)));
                break;
        }
    }

    private static void When(Func<bool> holds, Action happens)
    {
        if (holds())
        {
            happens();
        }
    }

    private void FirstByte(SimulatedRequest request)
    {
        int replica = request.Runs!.Value.Replica;
        if (_engines[replica].State != SimulatedEngine.Condition.Well)
        {
            return;
        }

        request.HasBegun = true;
        _fleet.Answered(replica, well: true);
        _fleet.Replicas[replica].Began(request.PrefillMilliseconds / 1e3);
        int attempt = request.Attempts;
        After(request.DecodeMilliseconds * _engines[replica].Slowness, () => When(
            () => request.Runs is not null && request.Attempts == attempt,
            () =>
            {
                _fleet.Find("m")!.Lengths!.Learn(request.Ticket.Request, 1 + request.DecodeMilliseconds);
                Stop(request);
                End(request, "completed");
            }));
    }

    // The connection broke, or the engine said that it is not there.
    private void Break(SimulatedRequest request)
    {
        Placement failed = request.Runs!.Value;
        _fleet.Answered(failed.Replica, well: false);
        if (!request.HasBegun && request.Attempts < MostAttempts && _retries.TryTake())
        {
            Tell($"request {request.Number} again");
            Release(request);
            _held.Add(request);
            _ = _fleet.Find("m")!.Loop.RetryAsync(request.Ticket, failed);
            return;
        }

        Stop(request);
        End(request, request.HasBegun ? "cut" : "failed");
    }

    private void RunOut(SimulatedRequest request)
    {
        _fleet.Answered(request.Runs!.Value.Replica, well: false);
        Stop(request);
        End(request, "silent");
    }

    private void Leave(SimulatedRequest request)
    {
        if (request.Outcome is not null)
        {
            return;
        }

        if (request.Runs is null)
        {
            request.Client.Cancel();
            return;
        }

        Stop(request);
        End(request, "left");
    }

    // The attempt is over and so is the request.
    private void Stop(SimulatedRequest request)
    {
        Placement placement = request.Runs!.Value;
        Release(request);
        _fleet.Find("m")!.Loop.Ended(placement, ServedTokens.Of(request.Ticket.Request, request.HasBegun ? request.DecodeMilliseconds : 0));
    }

    private void Release(SimulatedRequest request)
    {
        int replica = request.Runs!.Value.Replica;
        request.Runs = null;
        _fleet.Replicas[replica].Ended();
        Assert.True(_engines[replica].Running.Remove(request), "what ends ran there");
        Assert.Equal(_engines[replica].Running.Count, _fleet.Replicas[replica].InFlight);
    }

    private void End(SimulatedRequest request, string outcome, RejectReason reason = RejectReason.None)
    {
        Tell($"request {request.Number} {outcome} {reason}");
        request.End(outcome, reason);
    }

    private void Probe(int index)
    {
        SimulatedEngine engine = _engines[index];
        bool well = engine.State is SimulatedEngine.Condition.Well or SimulatedEngine.Condition.Failing;
        _fleet.Probed(index, well);
        bool says = well && Below(4) > 0;
        _fleet.Loaded(index, says ? new EngineLoad(Math.Min(8, engine.Running.Count), Math.Max(0, engine.Running.Count - 8), 0.5, 1_000) : default);
        After(250, () => Probe(index));
    }

    private void Fault()
    {
        int index = Below(_engines.Length);
        SimulatedEngine engine = _engines[index];
        int kind = Below(6);
        Tell($"fault {kind} at {index}");
        switch (kind)
        {
            case 0:
                Crash(engine);
                break;
            case 1:
                engine.State = SimulatedEngine.Condition.Hung;
                break;
            case 2:
                engine.State = SimulatedEngine.Condition.Failing;
                break;
            case 3:
                engine.Slowness = 1 + Below(10);
                break;
            case 4:
                _fleet.Drain(index, Below(2) == 0);
                return;
            default:
                foreach (SimulatedEngine each in _engines)
                {
                    Crash(each);
                }

                break;
        }

        if (Below(3) > 0)
        {
            After(Below(10_000), () => Recover(engine));
        }
    }

    private void Crash(SimulatedEngine engine)
    {
        engine.State = SimulatedEngine.Condition.Crashed;
        foreach (SimulatedRequest request in engine.Running.OrderBy(each => each.Number).ToArray())
        {
            Break(request);
        }
    }

    private static void Recover(SimulatedEngine engine) => (engine.State, engine.Slowness) = (SimulatedEngine.Condition.Well, 1);

    private void Heal()
    {
        Tell("peace");
        for (int i = 0; i < _engines.Length; i++)
        {
            Recover(_engines[i]);
            _fleet.Drain(i, drains: false);
        }

        Switch(_fleet.Policies with { Dispatch = _fleet.Policies.Dispatch with { Admission = PolicyCatalog.Admission.Default } });
    }
}

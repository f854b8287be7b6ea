using System.Globalization;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Policies;

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>Reads one file of the decision log, object by object: the head, the state, then event after event.</summary>
public sealed class DecisionReader
{
    private readonly List<ReplicaView> _replicas = [];
    private readonly List<int> _windows = [];
    private readonly List<InferenceRequest> _queued = [];
    private readonly List<ulong> _hashes = [];
    private readonly List<int> _setOf = [];
    private DispatcherState? _state;
    private (int Replicas, int Held, bool Prefixes) _expected;
    private (int Hand, int Places, ulong[] Sets)? _prefixes;

    /// <summary>What the file says of itself; null before that was read.</summary>
    public DecisionLogHead? Head { get; private set; }

    /// <summary>The state that its events go on from; null before that was read whole.</summary>
    public DispatcherState? State { get; private set; }

    /// <summary>Reads the next object; the event if it is one.</summary>
    /// <exception cref="FormatException">It is not what must come next; the message says why.</exception>
    public DecisionEvent? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement at = document.RootElement;
            if (Head is null)
            {
                Head = HeadOf(at);
            }
            else if (State is not null)
            {
                return EventOf(at);
            }
            else if (_state is null)
            {
                Begin(at);
            }
            else
            {
                GoOn(at);
            }

            return null;
        }
        catch (Exception wrong) when (
            wrong is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or OverflowException
                or IndexOutOfRangeException)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    private static DecisionLogHead HeadOf(JsonElement at)
    {
        if (!at.TryGetProperty("plimsoll", out JsonElement what) || what.GetString() != "decisions")
        {
            throw new FormatException("this is not a decision log");
        }

        int version = at.GetProperty("version").GetInt32();
        return version == DecisionWriter.Version
            ? new DecisionLogHead(
                at.GetProperty("pool").GetString()!,
                at.GetProperty("run").GetString()!,
                at.GetProperty("part").GetInt32(),
                at.GetProperty("after").GetInt64(),
                at.GetProperty("lost").GetInt64())
            : throw new FormatException($"this is version {version} of the format; only {DecisionWriter.Version} is known");
    }

    private void Begin(JsonElement at)
    {
        _expected = (at.GetProperty("replicas").GetInt32(), at.GetProperty("held").GetInt32(), at.GetProperty("prefixes").GetBoolean());
        _state = new DispatcherState
        {
            Configuration = Policies(at),
            Random = Words(at, "random"),
            Admission = Words(at, "admission_memory"),
            Ordering = Words(at, "ordering_memory"),
            Routing = Words(at, "routing_memory"),
            Replicas = [],
            Windows = [],
            Queued = [],
            Prefixes = null,
        };
    }

    private void GoOn(JsonElement at)
    {
        if (_replicas.Count < _expected.Replicas)
        {
            _replicas.Add(ReplicaOf(at));
            _windows.Add(WindowOf(at) ?? int.MaxValue);
            return;
        }

        if (_queued.Count < _expected.Held)
        {
            _queued.Add(RequestOf(at));
            return;
        }

        if (_expected.Prefixes && _prefixes is null)
        {
            _prefixes = (at.GetProperty("hand").GetInt32(), at.GetProperty("places").GetInt32(), Words(at, "sets"));
            return;
        }

        if (_hashes.Count < (_prefixes?.Places ?? 0))
        {
            _hashes.AddRange(Words(at, "hashes"));
            foreach (JsonElement place in at.GetProperty("set_of").EnumerateArray())
            {
                _setOf.Add(place.GetInt32());
            }

            return;
        }

        if (!at.TryGetProperty("state_ends", out _))
        {
            throw new FormatException("the state must end here");
        }

        State = _state! with { Replicas = [.. _replicas], Windows = [.. _windows], Queued = [.. _queued], Prefixes = Prefixes() };
        Check(State);
    }

    private PrefixMemory? Prefixes() => _prefixes is not { } known ? null : new PrefixMemory
    {
        Hand = known.Hand,
        SetBits = known.Sets,
        Hashes = [.. _hashes],
        SetOf = [.. _setOf.Select(place => place / 2)],
        UsedLately = [.. _setOf.Select(place => place % 2 == 1)],
    };

    private static void Check(DispatcherState state)
    {
        int words = (state.Replicas.Length + 63) / 64;
        bool isRight = state.Replicas.Length > 0 && state.Replicas.Select((view, i) => view.Id.Value == i).All(right => right)
            && (state.Prefixes is not { } prefixes || (prefixes.SetBits.Length >= words && prefixes.SetBits.Length % words == 0
                && prefixes.SetOf.Length == prefixes.Hashes.Length
                && prefixes.SetOf.All(set => set >= 0 && set < prefixes.SetBits.Length / words)));
        if (!isRight)
        {
            throw new FormatException("the state contradicts itself");
        }
    }

    private DecisionEvent EventOf(JsonElement at)
    {
        DispatchInputKind kind = DecisionNames.Input(at.GetProperty("in").GetString())
            ?? throw new FormatException($"'{at.GetProperty("in").GetString()}' is no input of a dispatcher");
        var now = new Instant(at.GetProperty("at").GetInt64());
        DispatchInput input = kind switch
        {
            DispatchInputKind.Arrived => new() { Kind = kind, Now = now, Request = RequestOf(at) },
            DispatchInputKind.Reported => new() { Kind = kind, Now = now, Report = ReportOf(at) },
            DispatchInputKind.Ended => new()
            {
                Kind = kind,
                Now = now,
                Replica = Replica(at),
                ChargedTokens = Int(at, "charged"),
                Served = ServedOf(at),
            },
            DispatchInputKind.Retried => new()
            {
                Kind = kind,
                Now = now,
                Replica = Replica(at),
                ChargedTokens = Int(at, "charged"),
                Request = RequestOf(at),
            },
            DispatchInputKind.Windowed => new() { Kind = kind, Now = now, Replica = Replica(at), WindowRequests = WindowOf(at) },
            DispatchInputKind.Cancelled => new()
            {
                Kind = kind,
                Now = now,
                Request = new InferenceRequest(new RequestId(at.GetProperty("id").GetInt64()), Instant.Zero, 1, 1),
            },
            DispatchInputKind.Forgotten => new()
            {
                Kind = kind,
                Now = now,
                Replica = Replica(at),
                KeptTokens = at.GetProperty("kept_tokens").GetInt64(),
            },
            DispatchInputKind.Stored or DispatchInputKind.Removed => new()
            {
                Kind = kind,
                Now = now,
                Replica = Replica(at),
                Prefixes = Words(at, "prefixes"),
            },
            DispatchInputKind.TimePassed => new() { Kind = kind, Now = now },
            _ => new() { Kind = kind, Now = now, Configuration = Policies(at) },
        };
        DispatchEffect[] effects = at.TryGetProperty("out", out JsonElement list) ? [.. list.EnumerateArray().Select(EffectOf)] : [];
        return new DecisionEvent(at.GetProperty("n").GetInt64(), input, effects);
    }

    private static DispatchEffect EffectOf(JsonElement at)
    {
        string? what = at[0].GetString();
        var request = new InferenceRequest(new RequestId(at[1].GetInt64()), Instant.Zero, 1, 1);
        return what == "send"
            ? new DispatchEffect { Kind = DispatchEffectKind.Send, Request = request, Replica = at[2].GetInt32(), ChargedTokens = at[3].GetInt32() }
            : new DispatchEffect
            {
                Kind = DispatchEffectKind.Reject,
                Request = request,
                Reason = DecisionNames.Reason(what) ?? throw new FormatException($"'{what}' is no decision of a dispatcher"),
            };
    }

    private int Replica(JsonElement at)
    {
        int replica = Int(at, "replica");
        return replica >= 0 && replica < _expected.Replicas ? replica : throw new FormatException($"there is no replica {replica}");
    }

    private ReplicaReport ReportOf(JsonElement at) => new(
        new ReplicaId(Replica(at)),
        new Instant(at.GetProperty("taken_at").GetInt64()),
        Int(at, "running"),
        Int(at, "waiting"),
        at.GetProperty("kv_used").GetInt64(),
        at.GetProperty("kv_total").GetInt64());

    private ReplicaView ReplicaOf(JsonElement at)
    {
        ReplicaReport report = ReportOf(at);
        return new ReplicaView
        {
            Id = report.Replica,
            ObservedAt = report.TakenAt,
            RunningRequests = report.RunningRequests,
            WaitingRequests = report.WaitingRequests,
            KvBlocksUsed = report.KvBlocksUsed,
            KvBlocksTotal = report.KvBlocksTotal,
            SentSinceReport = Int(at, "sent_since"),
            InFlightRequests = Int(at, "in_flight"),
            InFlightTokens = at.GetProperty("in_flight_tokens").GetInt64(),
        };
    }

    private static ServedTokens ServedOf(JsonElement at) =>
        new(at.GetProperty("tenant").GetUInt64(), Int(at, "predicted"), Int(at, "output_tokens")) { GivenBackTokens = Int(at, "given_back") };

    private static InferenceRequest RequestOf(JsonElement at)
    {
        var request = new InferenceRequest(
            new RequestId(at.GetProperty("id").GetInt64()), new Instant(at.GetProperty("arrival").GetInt64()), Int(at, "prompt_tokens"), 1);
        return !at.TryGetProperty("priority", out JsonElement priority) ? request : request with
        {
            Details = new RequestDetails
            {
                Session = Text(at, "session"),
                Client = Text(at, "client"),
                Priority = priority.GetInt32(),
                PredictedOutputTokens = Int(at, "predicted"),
                Deadline = at.TryGetProperty("deadline", out JsonElement deadline) ? new Duration(deadline.GetInt64()) : null,
                BlockTokens = Int(at, "block_tokens"),
                PrefixHashArray = Words(at, "prefixes"),
            },
        };
    }

    private static DispatcherConfiguration Policies(JsonElement at) => new(
        Choice(PolicyCatalog.Admission, at.GetProperty("admission").GetString()!),
        Choice(PolicyCatalog.Ordering, at.GetProperty("ordering").GetString()!),
        Choice(PolicyCatalog.Routing, at.GetProperty("routing").GetString()!),
        WindowOf(at));

    private static PolicyChoice<T> Choice<T>(PolicyFamily<T> family, string text)
        where T : class =>
        family.Parse(text, out IReadOnlyList<string> problems) ?? throw new FormatException(string.Join("; ", problems));

    private static int? WindowOf(JsonElement at)
    {
        int? window = at.TryGetProperty("window", out JsonElement value) ? value.GetInt32() : null;
        return window is null or >= 0 ? window : throw new FormatException($"{window} is no window");
    }

    private static int Int(JsonElement at, string name) => at.GetProperty(name).GetInt32();

    private static string? Text(JsonElement at, string name) => at.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static ulong[] Words(JsonElement at, string name)
    {
        string text = Text(at, name) ?? "";
        ulong[] words = new ulong[text.Length / 16];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = ulong.Parse(text.AsSpan(i * 16, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return words;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>Writes events and states as lines of the decision log; docs/recording.md describes them. For one caller at a time.</summary>
public sealed class DecisionWriter : IDisposable
{
    /// <summary>Version of the format, which a reader must know: since the second, replicas may say what they stored and removed.</summary>
    public const int Version = 2;

    private const int WordsInALine = 1024;

    private readonly ArrayBufferWriter<byte> _object = new();
    private readonly Utf8JsonWriter _json;

    /// <summary>A writer.</summary>
    public DecisionWriter() => _json = new Utf8JsonWriter(_object);

    /// <summary>Appends one event.</summary>
    public void Append(IBufferWriter<byte> to, DecisionEvent decided)
    {
        DispatchInput input = decided.Input;
        _json.WriteStartObject();
        _json.WriteNumber("n", decided.Number);
        _json.WriteNumber("at", input.Now.Nanoseconds);
        _json.WriteString("in", DecisionNames.Of(input.Kind));
        Facts(input);
        if (decided.Effects.Length > 0)
        {
            _json.WriteStartArray("out");
            foreach (ref readonly DispatchEffect effect in decided.Effects.AsSpan())
            {
                Effect(effect);
            }

            _json.WriteEndArray();
        }

        EndLine(to);
    }

    /// <summary>Appends the head of a file and the state that its events go on from.</summary>
    public void Append(IBufferWriter<byte> to, DecisionLogHead head, DispatcherState state)
    {
        _json.WriteStartObject();
        _json.WriteString("plimsoll", "decisions");
        _json.WriteNumber("version", Version);
        _json.WriteString("pool", head.Pool);
        _json.WriteString("run", head.Run);
        _json.WriteNumber("part", head.Part);
        _json.WriteNumber("after", head.After);
        _json.WriteNumber("lost", head.Lost);
        EndLine(to);
        State(to, state);
    }

    /// <summary>The state alone; equal bytes for equal states.</summary>
    public byte[] BytesOf(DispatcherState state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        State(bytes, state);
        return bytes.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void State(IBufferWriter<byte> to, DispatcherState state)
    {
        _json.WriteStartObject();
        Policies(state.Configuration with { WindowRequests = null });
        Words("random", state.Random);
        Words("admission_memory", state.Admission);
        Words("ordering_memory", state.Ordering);
        Words("routing_memory", state.Routing);
        _json.WriteNumber("replicas", state.Replicas.Length);
        _json.WriteNumber("held", state.Queued.Length);
        _json.WriteBoolean("prefixes", state.Prefixes is not null);
        EndLine(to);
        for (int i = 0; i < state.Replicas.Length; i++)
        {
            Replica(to, state.Replicas[i], state.Windows[i]);
        }

        foreach (ref readonly InferenceRequest request in state.Queued.AsSpan())
        {
            _json.WriteStartObject();
            Request(request);
            EndLine(to);
        }

        if (state.Prefixes is { } prefixes)
        {
            Prefixes(to, prefixes, (state.Replicas.Length + 63) / 64);
        }

        _json.WriteStartObject();
        _json.WriteBoolean("state_ends", true);
        EndLine(to);
    }

    // Sets are numbered anew, in order of their first place, so that equal states have equal bytes.
    private void Prefixes(IBufferWriter<byte> to, PrefixMemory prefixes, int words)
    {
        Dictionary<int, int> numbers = new() { [0] = 0 };
        List<ulong> bits = [.. prefixes.SetBits.AsSpan(0, words)];
        int[] setOf = new int[prefixes.SetOf.Length];
        for (int i = 0; i < setOf.Length; i++)
        {
            int set = prefixes.SetOf[i];
            if (!numbers.TryGetValue(set, out setOf[i]))
            {
                numbers.Add(set, setOf[i] = numbers.Count);
                bits.AddRange(prefixes.SetBits.AsSpan(set * words, words));
            }
        }

        _json.WriteStartObject();
        _json.WriteNumber("hand", prefixes.Hand);
        _json.WriteNumber("places", prefixes.Hashes.Length);
        Words("sets", [.. bits]);
        EndLine(to);
        for (int from = 0; from < setOf.Length; from += WordsInALine)
        {
            int count = Math.Min(WordsInALine, setOf.Length - from);
            _json.WriteStartObject();
            Words("hashes", prefixes.Hashes.AsSpan(from, count));
            _json.WriteStartArray("set_of");
            for (int i = from; i < from + count; i++)
            {
                _json.WriteNumberValue((2 * setOf[i]) + (prefixes.UsedLately[i] ? 1 : 0));
            }

            _json.WriteEndArray();
            EndLine(to);
        }
    }

    private void Replica(IBufferWriter<byte> to, in ReplicaView view, int window)
    {
        _json.WriteStartObject();
        _json.WriteNumber("replica", view.Id.Value);
        Window(window == int.MaxValue ? null : window);
        _json.WriteNumber("taken_at", view.ObservedAt.Nanoseconds);
        Load(view.RunningRequests, view.WaitingRequests, view.KvBlocksUsed, view.KvBlocksTotal);
        _json.WriteNumber("sent_since", view.SentSinceReport);
        _json.WriteNumber("in_flight", view.InFlightRequests);
        _json.WriteNumber("in_flight_tokens", view.InFlightTokens);
        EndLine(to);
    }

    private void Facts(in DispatchInput input)
    {
        switch (input.Kind)
        {
            case DispatchInputKind.Arrived:
                Request(input.Request);
                break;
            case DispatchInputKind.Reported:
                _json.WriteNumber("replica", input.Report.Replica.Value);
                _json.WriteNumber("taken_at", input.Report.TakenAt.Nanoseconds);
                Load(input.Report.RunningRequests, input.Report.WaitingRequests, input.Report.KvBlocksUsed, input.Report.KvBlocksTotal);
                break;
            case DispatchInputKind.Ended:
                _json.WriteNumber("replica", input.Replica);
                _json.WriteNumber("charged", input.ChargedTokens);
                _json.WriteNumber("tenant", input.Served.Tenant);
                _json.WriteNumber("predicted", input.Served.PredictedTokens);
                _json.WriteNumber("output_tokens", input.Served.OutputTokens);
                _json.WriteNumber("given_back", input.Served.GivenBackTokens);
                break;
            case DispatchInputKind.Retried:
                _json.WriteNumber("replica", input.Replica);
                _json.WriteNumber("charged", input.ChargedTokens);
                Request(input.Request);
                break;
            case DispatchInputKind.Windowed:
                _json.WriteNumber("replica", input.Replica);
                Window(input.WindowRequests);
                break;
            case DispatchInputKind.Cancelled:
                _json.WriteNumber("id", input.Request.Id.Value);
                break;
            case DispatchInputKind.Reconfigured:
                Policies(input.Configuration!);
                break;
            case DispatchInputKind.Forgotten:
                _json.WriteNumber("replica", input.Replica);
                _json.WriteNumber("kept_tokens", input.KeptTokens);
                break;
            case DispatchInputKind.Stored or DispatchInputKind.Removed:
                _json.WriteNumber("replica", input.Replica);
                Words("prefixes", input.Prefixes);
                break;
            default:
                break;
        }
    }

    private void Policies(DispatcherConfiguration configuration)
    {
        _json.WriteString("admission", configuration.Admission.ToString());
        _json.WriteString("ordering", configuration.Ordering.ToString());
        _json.WriteString("routing", configuration.Routing.ToString());
        Window(configuration.WindowRequests);
    }

    private void Window(int? requests)
    {
        if (requests is { } known)
        {
            _json.WriteNumber("window", known);
        }
    }

    private void Load(int running, int waiting, long used, long total)
    {
        _json.WriteNumber("running", running);
        _json.WriteNumber("waiting", waiting);
        _json.WriteNumber("kv_used", used);
        _json.WriteNumber("kv_total", total);
    }

    // What no policy can see is not written: a log tells less of a request than the gateway knew.
    private void Request(in InferenceRequest request)
    {
        _json.WriteNumber("id", request.Id.Value);
        _json.WriteNumber("arrival", request.Arrival.Nanoseconds);
        _json.WriteNumber("prompt_tokens", request.PromptTokens);
        if (request.Details is not { } details)
        {
            return;
        }

        Text("session", details.Session);
        Text("client", details.Client);
        _json.WriteNumber("priority", details.Priority);
        _json.WriteNumber("predicted", details.PredictedOutputTokens);
        if (details.Deadline is { } deadline)
        {
            _json.WriteNumber("deadline", deadline.Nanoseconds);
        }

        _json.WriteNumber("block_tokens", details.BlockTokens);
        Words("prefixes", details.PrefixHashArray);
    }

    private void Effect(in DispatchEffect effect)
    {
        _json.WriteStartArray();
        _json.WriteStringValue(effect.Kind == DispatchEffectKind.Send ? "send" : DecisionNames.Of(effect.Reason));
        _json.WriteNumberValue(effect.Request.Id.Value);
        if (effect.Kind == DispatchEffectKind.Send)
        {
            _json.WriteNumberValue(effect.Replica);
            _json.WriteNumberValue(effect.ChargedTokens);
        }

        _json.WriteEndArray();
    }

    private void Text(string name, string? text)
    {
        if (text is not null)
        {
            _json.WriteString(name, text);
        }
    }

    private void Words(string name, ReadOnlySpan<ulong> words)
    {
        if (words.IsEmpty)
        {
            return;
        }

        char[] rented = ArrayPool<char>.Shared.Rent(words.Length * 16);
        for (int i = 0; i < words.Length; i++)
        {
            words[i].TryFormat(rented.AsSpan(i * 16), out _, "x16", CultureInfo.InvariantCulture);
        }

        _json.WriteString(name, rented.AsSpan(0, words.Length * 16));
        ArrayPool<char>.Shared.Return(rented);
    }

    private void EndLine(IBufferWriter<byte> to)
    {
        _json.WriteEndObject();
        _json.Flush();
        DecisionLine.Append(to, _object.WrittenSpan);
        _object.ResetWrittenCount();
        _json.Reset();
    }
}

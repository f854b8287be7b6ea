using System.Buffers;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>
/// The gateway as it is now, as one JSON document: policies, pools with their traffic and load lines, replicas, latencies, the last
/// decisions. Made once for all who ask within half a second.
/// </summary>
internal sealed class LiveState(Fleet fleet, LatencyBoard latencies, LoadLineWatch lines, GatewayClock clock)
{
    private const int Decisions = 30;

    private static readonly Duration Fresh = Duration.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private ReadOnlyMemory<byte> _document;
    private Instant? _madeAt;

    /// <summary>The document, UTF-8 without line breaks.</summary>
    public ReadOnlyMemory<byte> Read()
    {
        lock (_lock)
        {
            Instant now = clock.Now;
            if (_madeAt is not { } made || now - made > Fresh)
            {
                var to = new ArrayBufferWriter<byte>(16 << 10);
                using (var json = new Utf8JsonWriter(to))
                {
                    Write(json, now);
                }

                (_document, _madeAt) = (to.WrittenMemory, now);
            }

            return _document;
        }
    }

    private void Write(Utf8JsonWriter json, Instant now)
    {
        IReadOnlyList<ModelPool> pools = fleet.Pools();
        json.WriteStartObject();
        json.WriteNumber("uptime_seconds", now.Seconds);
        json.WriteBoolean("ready", fleet.Ready);
        StateJson.WritePolicies(json, fleet.Policies);
        json.WriteStartArray("pools");
        foreach (ModelPool pool in pools)
        {
            WritePool(json, pool, now);
        }

        json.WriteEndArray();
        StateJson.WriteReplicas(json, fleet.Replicas);
        json.WriteStartObject("latency");
        foreach ((string name, LatencyWindow oneMinute, LatencyWindow fiveMinutes) in latencies.Read(now))
        {
            json.WriteStartObject(name);
            WriteWindow(json, "one_minute", oneMinute);
            WriteWindow(json, "five_minutes", fiveMinutes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("decisions");
        foreach (ModelPool pool in pools)
        {
            pool.Decisions.Read(Math.Max(1, Decisions / pools.Count), decision => WriteDecision(json, pool, decision));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WritePool(Utf8JsonWriter json, ModelPool pool, Instant now)
    {
        TrafficRates rates = pool.Traffic.Rates(now);
        json.WriteStartObject();
        json.WriteString("name", pool.Name);
        json.WriteNumber("queued_requests", pool.Loop.HeldRequests);
        json.WriteNumber("prompt_bytes_per_token", pool.Ratio.BytesPerToken);
        json.WriteNumber("arrived_per_second", rates.ArrivedPerSecond);
        json.WriteNumber("completed_per_second", rates.CompletedPerSecond);
        json.WriteNumber("refused_per_second", rates.RefusedPerSecond);
        json.WriteNumber("failed_per_second", rates.FailedPerSecond);
        json.WriteNumber("prompt_tokens_per_second", rates.PromptTokensPerSecond);
        json.WriteNumber("output_tokens_per_second", rates.OutputTokensPerSecond);
        Number(json, "mean_prompt_tokens", rates.MeanPromptTokens);
        Number(json, "mean_output_tokens", rates.MeanOutputTokens);
        if (lines.Of(pool) is { } line)
        {
            json.WriteStartObject("load_line");
            Number(json, "requests_per_second", line.RequestsPerSecond);
            Number(json, "stable_below_requests_per_second", line.StableBelow);
            Number(json, "load_ratio", rates.ArrivedPerSecond / line.RequestsPerSecond);
            json.WriteString("binding", line.Binding);
            Number(json, "step_seconds", line.StepSeconds);
            Number(json, "kv_tokens", line.KvTokens);
            json.WriteString("basis", line.Basis);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("load_line");
        }

        json.WriteEndObject();
    }

    private void WriteDecision(Utf8JsonWriter json, ModelPool pool, Decision decision)
    {
        bool isSent = decision.Replica >= 0;
        IReadOnlyList<Replica> replicas = fleet.Replicas;
        json.WriteStartObject();
        json.WriteString("pool", pool.Name);
        json.WriteNumber("number", decision.Number);
        json.WriteNumber("at_seconds", decision.At.Seconds);
        json.WriteNumber("request", decision.Request.Value);
        json.WriteNumber("prompt_tokens", decision.PromptTokens);
        string name = replicas.FirstOrDefault(replica => IsChosen(replica, decision))?.Backend.Name ?? "gone";
        string refusal = JsonNamingPolicy.SnakeCaseLower.ConvertName(decision.Reason.ToString());
        json.WriteString("replica", isSent ? name : null);
        json.WriteString("reason", isSent ? Why(decision, replicas) : refusal);
        json.WriteBoolean("retry", decision.IsRetry);
        json.WriteNumber("held_seconds", decision.Held.Seconds);
        json.WriteNumber("queued_requests", decision.Queued);
        json.WriteStartArray("seen");
        foreach (Replica replica in replicas.Where(replica => replica.Backend.Replica < Decision.MostReplicas))
        {
            json.WriteStartObject();
            json.WriteString("replica", replica.Backend.Name);
            json.WriteNumber("in_flight_requests", decision.InFlight[replica.Backend.Replica]);
            json.WriteBoolean("chosen", IsChosen(replica, decision));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // What can be said of any policy: between how many it could choose, and what it gave up if it did not take the least busy one.
    private static string Why(Decision decision, IReadOnlyList<Replica> replicas)
    {
        if (decision.WithRoom <= 1)
        {
            return $"{decision.Routing}: the only one with room";
        }

        if (decision.Replica >= Decision.MostReplicas)
        {
            return $"{decision.Routing}: one of {decision.WithRoom} with room";
        }

        int chosen = decision.InFlight[decision.Replica];
        int fewest = chosen;
        foreach (Replica replica in replicas.Where(replica => replica.Backend.Replica < Decision.MostReplicas))
        {
            int count = decision.InFlight[replica.Backend.Replica];
            fewest = count >= 0 ? Math.Min(fewest, count) : fewest;
        }

        return chosen == fewest
            ? $"{decision.Routing}: one of {decision.WithRoom} with room, {chosen} in flight, nobody had fewer"
            : $"{decision.Routing}: one of {decision.WithRoom} with room, {chosen} in flight, the least busy had {fewest}";
    }

    private static bool IsChosen(Replica replica, Decision decision) => replica.Backend.Replica == decision.Replica;

    private static void WriteWindow(Utf8JsonWriter json, string name, LatencyWindow window)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", window.Count);
        Number(json, "mean", window.Mean);
        Number(json, "p50", window.P50);
        Number(json, "p90", window.P90);
        Number(json, "p99", window.P99);
        json.WriteEndObject();
    }

    // JSON has neither infinity nor "not a number".
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

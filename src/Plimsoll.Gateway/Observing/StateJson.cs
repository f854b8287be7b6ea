using System.Buffers;
using System.Text.Json;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Observing;

/// <summary>The gateway as it is now, as one JSON document: policies, pools, replicas.</summary>
internal static class StateJson
{
    public static void Write(IBufferWriter<byte> to, Fleet fleet, ServingPolicies serving, double uptimeSeconds)
    {
        DispatcherConfiguration policies = serving.Dispatch;
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("uptime_seconds", uptimeSeconds);
        json.WriteBoolean("ready", fleet.Ready);
        json.WriteStartObject("policies");
        json.WriteString("admission", policies.Admission.ToString());
        json.WriteString("ordering", policies.Ordering.ToString());
        json.WriteString("routing", policies.Routing.ToString());
        Number(json, "window", policies.WindowRequests);
        json.WriteBoolean("adaptive_windows", serving.AdaptsWindows);
        json.WriteEndObject();
        json.WriteStartArray("pools");
        foreach (ModelPool pool in fleet.Pools())
        {
            json.WriteStartObject();
            json.WriteString("name", pool.Name);
            json.WriteNumber("queued_requests", pool.Loop.HeldRequests);
            json.WriteNumber("prompt_bytes_per_token", pool.Ratio.BytesPerToken);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("replicas");
        foreach (Replica replica in fleet.Replicas)
        {
            Write(json, replica);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Replica replica)
    {
        json.WriteStartObject();
        json.WriteNumber("replica", replica.Backend.Replica);
        json.WriteString("name", replica.Backend.Name);
        json.WriteString("address", replica.Backend.Address.AbsoluteUri);
        Number(json, "rank", replica.Backend.Rank);
        json.WriteString("pool", replica.Pool?.Name);
        json.WriteBoolean("up", replica.Gate.Up);
        json.WriteBoolean("draining", replica.Gate.Draining);
        json.WriteString("breaker", replica.Gate.Breaker switch
        {
            BreakerState.Closed => "closed",
            BreakerState.Open => "open",
            _ => "half_open",
        });
        Number(json, "window", replica.ToldWindow);
        json.WriteNumber("in_flight_requests", replica.InFlight);
        Number(json, "running_requests", replica.Load?.RunningRequests);
        Number(json, "waiting_requests", replica.Load?.WaitingRequests);
        Number(json, "kv_usage", replica.Load?.KvUsage);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

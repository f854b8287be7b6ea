using System.Text.Json;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Observing;

/// <summary>Policies and replicas as they are now, for the JSON of the admin port.</summary>
internal static class StateJson
{
    public static void WritePolicies(Utf8JsonWriter json, ServingPolicies serving)
    {
        DispatcherConfiguration policies = serving.Dispatch;
        json.WriteStartObject("policies");
        json.WriteString("admission", policies.Admission.ToString());
        json.WriteString("ordering", policies.Ordering.ToString());
        json.WriteString("routing", policies.Routing.ToString());
        Number(json, "window", policies.WindowRequests);
        json.WriteBoolean("adaptive_windows", serving.AdaptsWindows);
        json.WriteEndObject();
    }

    public static void WriteReplicas(Utf8JsonWriter json, IEnumerable<Replica> replicas)
    {
        json.WriteStartArray("replicas");
        foreach (Replica replica in replicas)
        {
            Write(json, replica);
        }

        json.WriteEndArray();
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
        Number(json, "kv_tokens", replica.Load?.KvBlocks * replica.Load?.BlockTokens);
        EngineCacheFacts? cache = replica.Backend.KvEvents is null ? null : replica.Cache.Facts;
        Number(json, "cached_blocks", cache?.Blocks);
        Number(json, "cached_tokens", cache?.Blocks * cache?.BlockTokens);
        json.WriteBoolean("cached_blocks_exact", cache?.IsExact ?? false);
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

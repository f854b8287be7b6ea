using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Backends;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>The models of all engines as one list, each entry as its engine wrote it; of those with one id the first engine's.</summary>
internal sealed class ModelsEndpoint(Fleet fleet)
{
    public async Task HandleAsync(HttpContext context)
    {
        SortedDictionary<string, string> models = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, string> entry in fleet.Replicas.SelectMany(replica => replica.Models?.Entries ?? []))
        {
            models.TryAdd(entry.Key, entry.Value);
        }

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (string model in models.Values)
        {
            json.WriteRawValue(model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}

using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Policies;

namespace Plimsoll.Gateway.Hosting;

/// <summary>The policies that can be chosen for a live fleet, by family, as JSON.</summary>
internal static class CatalogEndpoint
{
    private static readonly byte[] Document = Render();

    public static Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Document.Length;
        return context.Response.Body.WriteAsync(Document, context.RequestAborted).AsTask();
    }

    private static byte[] Render()
    {
        var to = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            foreach (PolicyFamily family in new PolicyFamily[] { PolicyCatalog.Admission, PolicyCatalog.Ordering, PolicyCatalog.Routing })
            {
                json.WriteStartArray(family.Name);
                foreach (PolicyEntry entry in family.Policies.Where(entry => (entry.Signals & ~LivePolicies.Shown) == Signals.None))
                {
                    json.WriteStartObject();
                    json.WriteString("name", entry.Name);
                    json.WriteString("summary", entry.Summary);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return to.WrittenSpan.ToArray();
    }
}

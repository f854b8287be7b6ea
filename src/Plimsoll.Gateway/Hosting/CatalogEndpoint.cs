using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Policies;

namespace Plimsoll.Gateway.Hosting;

/// <summary>The policies that can be chosen for a live fleet, by family, as JSON.</summary>
/// <param name="predicted">What is predicted of lengths.</param>
internal sealed class CatalogEndpoint(Signals predicted)
{
    private readonly byte[] _document = Render(LivePolicies.Shown | predicted);

    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _document.Length;
        return context.Response.Body.WriteAsync(_document, context.RequestAborted).AsTask();
    }

    private static byte[] Render(Signals shown)
    {
        var to = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            foreach (PolicyFamily family in new PolicyFamily[] { PolicyCatalog.Admission, PolicyCatalog.Ordering, PolicyCatalog.Routing })
            {
                json.WriteStartArray(family.Name);
                foreach (PolicyEntry entry in family.Policies.Where(entry => (entry.Signals & ~shown) == Signals.None))
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

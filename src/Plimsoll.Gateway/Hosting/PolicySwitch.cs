using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Backends;
using Plimsoll.Policies;

namespace Plimsoll.Gateway.Hosting;

/// <summary>
/// <c>POST /api/policies</c>: other policies from now on, all that are named or none. Requests that wait go on waiting under the new order;
/// those that were sent are not touched.
/// </summary>
internal sealed class PolicySwitch(Fleet fleet, Signals predicted)
{
    private const int MostBytes = 16 << 10;

    private static readonly string[] Keys = ["admission", "ordering", "routing", "window"];

    public async Task HandleAsync(HttpContext context)
    {
        List<string> problems = [];
        Dictionary<string, string> wanted = await ReadAsync(context, problems).ConfigureAwait(false);
        ServingPolicies policies = LivePolicies.Over(
            fleet.Policies,
            wanted.GetValueOrDefault("admission"),
            wanted.GetValueOrDefault("ordering"),
            wanted.GetValueOrDefault("routing"),
            wanted.GetValueOrDefault("window"),
            predicted,
            (key, what) => problems.Add($"{key}: {what}"));
        if (problems.Count == 0)
        {
            fleet.Reconfigure(policies);
        }

        context.Response.StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(json, problems);
        await json.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private void Write(Utf8JsonWriter json, List<string> problems)
    {
        ServingPolicies now = fleet.Policies;
        json.WriteStartObject();
        json.WriteString("admission", now.Dispatch.Admission.ToString());
        json.WriteString("ordering", now.Dispatch.Ordering.ToString());
        json.WriteString("routing", now.Dispatch.Routing.ToString());
        if (now.AdaptsWindows || now.Dispatch.WindowRequests is null)
        {
            json.WriteString("window", now.AdaptsWindows ? "adaptive" : "none");
        }
        else
        {
            json.WriteNumber("window", now.Dispatch.WindowRequests.Value);
        }

        if (problems.Count > 0)
        {
            json.WriteStartArray("problems");
            foreach (string problem in problems)
            {
                json.WriteStringValue(problem);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static async Task<Dictionary<string, string>> ReadAsync(HttpContext context, List<string> problems)
    {
        Dictionary<string, string> wanted = new(StringComparer.Ordinal);
        byte[] body = new byte[MostBytes + 1];
        int read = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        if (read > MostBytes)
        {
            problems.Add($"the body is longer than {MostBytes} bytes");
            return wanted;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body.AsMemory(0, read));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add("the body must be a JSON object");
                return wanted;
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                Take(property, wanted, problems);
            }
        }
        catch (JsonException broken)
        {
            problems.Add($"the body is not valid JSON at byte {broken.BytePositionInLine} of line {broken.LineNumber + 1}");
        }

        if (wanted.Count == 0 && problems.Count == 0)
        {
            problems.Add($"the body names no policy; known: {string.Join(", ", Keys)}");
        }

        return wanted;
    }

    private static void Take(JsonProperty property, Dictionary<string, string> wanted, List<string> problems)
    {
        if (!Keys.Contains(property.Name))
        {
            problems.Add($"{property.Name}: unknown; known: {string.Join(", ", Keys)}");
        }
        else if (property.Value.ValueKind is not JsonValueKind.String and not JsonValueKind.Number)
        {
            problems.Add($"{property.Name}: must be a text, or a number for the window");
        }
        else if (!wanted.TryAdd(property.Name, property.Value.ToString()))
        {
            problems.Add($"{property.Name}: given twice");
        }
    }
}

using System.Text.Json;

namespace Plimsoll.Wire;

/// <summary>
/// Reads the load of llama.cpp's server from its <c>/slots</c>, for servers that show no metrics: a list with one object for each sequence
/// that it can run, and <c>is_processing</c> (formerly <c>state</c>, 1 for busy) for those that do.
/// </summary>
public static class EngineSlots
{
    /// <summary>Reads the answer; everything is unknown if it is not such a list.</summary>
    public static EngineLoad Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                return default;
            }

            int running = 0;
            foreach (JsonElement slot in document.RootElement.EnumerateArray())
            {
                if (IsBusy(slot) is not { } busy)
                {
                    return default;
                }

                running += busy ? 1 : 0;
            }

            return new EngineLoad(running, null, null, null);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static bool? IsBusy(JsonElement slot) =>
        slot.ValueKind != JsonValueKind.Object ? null
        : slot.TryGetProperty("is_processing", out JsonElement busy) && busy.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? busy.GetBoolean()
        : slot.TryGetProperty("state", out JsonElement state) && state.ValueKind == JsonValueKind.Number ? state.GetDouble() != 0
        : null;
}

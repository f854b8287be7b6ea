using System.Text.Json;

namespace Plimsoll.Gateway.Backends;

/// <summary>The models that an engine says it serves, from its <c>/v1/models</c>.</summary>
/// <param name="Base">Ids of the models that stand for themselves, in order of name: what makes two engines replicas of one
/// another.</param>
/// <param name="Entries">Each model's own JSON as the engine wrote it, by id; adapters too.</param>
public sealed record EngineModels(IReadOnlyList<string> Base, IReadOnlyList<KeyValuePair<string, string>> Entries)
{
    private const int Most = 1000;

    /// <summary>Reads the answer; null if it is not a list of models.</summary>
    public static EngineModels? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            SortedSet<string> bases = new(StringComparer.Ordinal);
            List<KeyValuePair<string, string>> entries = [];
            foreach (JsonElement model in data.EnumerateArray().Take(Most))
            {
                if (model.ValueKind != JsonValueKind.Object
                    || !model.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.String)
                {
                    continue;
                }

                entries.Add(new(id.GetString()!, model.GetRawText()));
                bool isAdapter = model.TryGetProperty("parent", out JsonElement parent) && parent.ValueKind == JsonValueKind.String;
                if (!isAdapter)
                {
                    bases.Add(id.GetString()!);
                }
            }

            return new EngineModels([.. bases], entries);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Models that the configuration names.</summary>
    public static EngineModels Of(IEnumerable<string> names) => new(
        [.. names.Order(StringComparer.Ordinal)],
        [.. names.Select(name => KeyValuePair.Create(
            name, $$"""{"id":"{{JsonEncodedText.Encode(name)}}","object":"model","owned_by":"plimsoll"}"""))]);
}

using System.Text.Json;

namespace Plimsoll.Performance.Reading;

/// <summary>A JSON value that remembers the file and line it came from.</summary>
internal sealed class JsonEntry(JsonTokenType kind, string file, int line)
{
    /// <summary>
    /// The token the value starts with: <c>StartObject</c>, <c>StartArray</c>, <c>String</c>, <c>Number</c>, <c>True</c>, <c>False</c>,
    /// <c>Null</c>.
    /// </summary>
    public JsonTokenType Kind { get; } = kind;

    public string File { get; } = file;

    public int Line { get; } = line;

    /// <summary>Text of a string, digits of a number.</summary>
    public string Text { get; init; } = "";

    /// <summary>Members of an object in file order.</summary>
    public List<KeyValuePair<string, JsonEntry>> Members { get; } = [];

    /// <summary>Items of an array in file order.</summary>
    public List<JsonEntry> Items { get; } = [];

    /// <summary>The member of that name; null when absent or null.</summary>
    public JsonEntry? Find(string name)
    {
        foreach (KeyValuePair<string, JsonEntry> member in Members)
        {
            if (member.Key == name)
            {
                return member.Value.Kind == JsonTokenType.Null ? null : member.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// A copy in which the members of <paramref name="over"/> replace or join those of this object, objects merged member by member.
    /// </summary>
    public JsonEntry MergedWith(JsonEntry over)
    {
        if (Kind != JsonTokenType.StartObject || over.Kind != JsonTokenType.StartObject)
        {
            return over;
        }

        var merged = new JsonEntry(Kind, over.File, over.Line);
        foreach ((string name, JsonEntry value) in Members)
        {
            JsonEntry? replacement = over.Find(name);
            merged.Members.Add(new(name, replacement is null ? value : value.MergedWith(replacement)));
        }

        merged.Members.AddRange(over.Members.Where(member => Find(member.Key) is null));
        return merged;
    }
}

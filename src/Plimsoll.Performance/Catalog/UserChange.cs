using System.Text.Json;
using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Catalog;

/// <summary>Lays the user's entry over a built-in one, and keeps the record of where each number comes from honest.</summary>
internal static class UserChange
{
    /// <summary>
    /// The merged entry. A group the user changes names the user as a source, unless it names its own, and the fields given there
    /// are no longer listed as unverified.
    /// </summary>
    public static JsonEntry Apply(JsonEntry builtIn, JsonEntry user)
    {
        JsonEntry merged = builtIn.MergedWith(user);
        if (user.Find("source") is null)
        {
            merged = WithUserAsSource(merged, user);
        }

        for (int i = 0; i < merged.Members.Count; i++)
        {
            (string name, JsonEntry group) = merged.Members[i];
            if (group.Kind == JsonTokenType.StartObject && user.Find(name) is JsonEntry given && given.Find("source") is null)
            {
                merged.Members[i] = new(name, WithUserAsSource(group, given));
            }
        }

        return merged;
    }

    private static JsonEntry WithUserAsSource(JsonEntry group, JsonEntry given)
    {
        var changed = new JsonEntry(group.Kind, group.File, group.Line);
        foreach ((string name, JsonEntry value) in group.Members)
        {
            JsonEntry kept = name switch
            {
                "source" => Texts(value, value.Items.Append(new JsonEntry(JsonTokenType.String, given.File, given.Line) { Text = "user" })),
                "unverified" => Texts(value, value.Items.Where(field => given.Find(field.Text) is null)),
                _ => value,
            };
            changed.Members.Add(new(name, kept));
        }

        return changed;
    }

    private static JsonEntry Texts(JsonEntry like, IEnumerable<JsonEntry> items)
    {
        var list = new JsonEntry(JsonTokenType.StartArray, like.File, like.Line);
        list.Items.AddRange(items);
        return list;
    }
}

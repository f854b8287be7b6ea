namespace Plimsoll.Policies;

/// <summary>The policies that answer one question, found by name.</summary>
/// <typeparam name="TPolicy">Interface of the family.</typeparam>
public sealed class PolicyFamily<TPolicy> : PolicyFamily
    where TPolicy : class
{
    /// <summary>The policies in the order in which they are printed; the first is the default.</summary>
    public required IReadOnlyList<PolicyEntry<TPolicy>> Entries { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyEntry> Policies => Entries;

    /// <summary>The first policy with its default options.</summary>
    public PolicyChoice<TPolicy> Default => new(Entries[0], PolicyArguments.Defaults);

    /// <summary>Reads <c>name[:key=value[,key=value]]</c>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="problems">Everything wrong with it, one sentence each; empty if the result is not null.</param>
    /// <returns>The choice, or null if there are problems.</returns>
    public PolicyChoice<TPolicy>? Parse(string text, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        problems = found;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        PolicyEntry<TPolicy>? entry = Entries.FirstOrDefault(candidate => candidate.Name == name);
        if (entry is null)
        {
            found.Add(Unknown(name));
            return null;
        }

        PolicyArguments arguments = colon < 0 ? PolicyArguments.Defaults : ReadOptions(entry, text[(colon + 1)..], found);
        return found.Count == 0 ? new PolicyChoice<TPolicy>(entry, arguments) : null;
    }

    private static PolicyArguments ReadOptions(PolicyEntry entry, string text, List<string> problems)
    {
        List<KeyValuePair<PolicyOption, object>> given = [];
        HashSet<string> seen = [];
        foreach (string part in text.Split(','))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? part : part[..equals];
            PolicyOption? option = entry.Options.FirstOrDefault(candidate => candidate.Name == key);
            if (option is null)
            {
                problems.Add(UnknownOption(entry, key));
            }
            else if (!seen.Add(key))
            {
                problems.Add($"{entry.Name}: option '{key}' is given twice");
            }
            else if (equals >= 0 && option.Read(part[(equals + 1)..]) is { } value)
            {
                given.Add(new(option, value));
            }
            else
            {
                problems.Add($"{entry.Name}: '{part}' is not valid: {key} is {Describe(option)}, written {key}=VALUE");
            }
        }

        return new PolicyArguments(given);
    }

    private static string Describe(PolicyOption option) =>
        option.Unit == "none" ? $"{option.Type}, {option.Range}" : $"{option.Type}, {option.Range} ({option.Unit})";

    private static string UnknownOption(PolicyEntry entry, string key) => entry.Options.Count == 0
        ? $"{entry.Name}: unknown option '{key}'; it takes no options"
        : $"{entry.Name}: unknown option '{key}'; {Suggestion.For(key, [.. entry.Options.Select(option => option.Name)])}";

    private string Unknown(string name)
    {
        string hint = Suggestion.For(name, [.. Entries.Select(entry => entry.Name)]);
        PolicyFamily? other = PolicyCatalog.Families.FirstOrDefault(family => family.Policies.Any(entry => entry.Name == name));
        return other is null
            ? $"unknown {Name} policy '{name}'; {hint}"
            : $"'{name}' is one of the {other.Name} policies, not {Name}; {hint}";
    }
}

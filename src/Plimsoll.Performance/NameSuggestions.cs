namespace Plimsoll.Performance;

/// <summary>Finds the names that a mistyped one may have meant.</summary>
public static class NameSuggestions
{
    private const int MostSuggestions = 3;

    /// <summary>
    /// Up to three known names, nearest first: those that start with the given one, then those within a third of its length in edits.
    /// Letter case is ignored; equal distances keep the order of <paramref name="known"/>.
    /// </summary>
    public static IReadOnlyList<string> For(string given, IEnumerable<string> known)
    {
        string wanted = given.ToLowerInvariant();
        int farthest = Math.Max(2, wanted.Length / 3);
        return [.. known
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => (Name: name, Distance: Distance(wanted, name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= farthest)
            .OrderBy(candidate => candidate.Distance)
            .Take(MostSuggestions)
            .Select(candidate => candidate.Name)];
    }

    /// <summary>"; did you mean a, b or c?", or nothing when no name is near.</summary>
    public static string Sentence(string given, IEnumerable<string> known)
    {
        IReadOnlyList<string> near = For(given, known);
        return near.Count switch
        {
            0 => "",
            1 => $"; did you mean {near[0]}?",
            _ => $"; did you mean {string.Join(", ", near.Take(near.Count - 1))} or {near[^1]}?",
        };
    }

    private static int Distance(string wanted, string name) =>
        wanted.Length >= 2 && name.StartsWith(wanted, StringComparison.Ordinal) ? 0 : EditDistance(wanted, name);

    /// <summary>Levenshtein distance with one row of memory.</summary>
    private static int EditDistance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

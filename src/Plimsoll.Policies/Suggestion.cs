namespace Plimsoll.Policies;

/// <summary>The "did you mean" of an error message.</summary>
internal static class Suggestion
{
    /// <summary>Names the known word nearest to what was written, if it is near, and then every known word.</summary>
    public static string For(string written, IReadOnlyList<string> known)
    {
        string list = $"known: {string.Join(", ", known)}";
        string nearest = known.MinBy(word => Distance(written, word))!;
        return Distance(written, nearest) <= Math.Max(2, nearest.Length / 3) ? $"did you mean '{nearest}'? {list}" : list;
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements that turn one word into the other.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}

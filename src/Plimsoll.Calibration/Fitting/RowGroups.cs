using System.Globalization;

namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Splits rows by what they have in common: a fold holds whole batch sizes and whole prompt sizes. Rows of one batch size differ in little
/// but their context; dealt out at random, each would be predicted from its own neighbours, and a table that merely remembers would win.
/// </summary>
internal static class RowGroups
{
    /// <summary>The number of the group of each row, groups numbered in order of size; and how many there are.</summary>
    public static (int[] GroupOf, int Groups) Of(IReadOnlyList<StepObservation> rows)
    {
        (int Kind, double Decodes, double Prefill, double History)[] keys = [.. rows.Select(Key)];
        Dictionary<(int, double, double, double), int> numbers = [];
        foreach ((int Kind, double Decodes, double Prefill, double History) key in keys.Distinct()
            .OrderBy(key => key.Kind).ThenBy(key => key.Prefill).ThenBy(key => key.Decodes).ThenBy(key => key.History))
        {
            numbers.Add(key, numbers.Count);
        }

        return ([.. keys.Select(key => numbers[key])], numbers.Count);
    }

    /// <summary>Whether each row is held out: every so many groups one, from the middle of the first stride.</summary>
    public static bool[] HeldOut(IReadOnlyList<StepObservation> rows, double share, out string by)
    {
        (int[] groupOf, int groups) = Of(rows);
        by = Enough(groups, share) ? "group" : "row";
        return [.. groupOf.Select((group, row) => IsHeldOut(Enough(groups, share) ? group : row, share))];
    }

    /// <summary>
    /// The fold of each row: groups are dealt out in turn, so that each fold spans the range; rows where groups are too few.
    /// </summary>
    public static int[] Folds(IReadOnlyList<StepObservation> rows, int folds, out string by)
    {
        (int[] groupOf, int groups) = Of(rows);
        bool byGroup = groups >= folds;
        by = byGroup ? "group" : "row";
        return [.. groupOf.Select((group, row) => (byGroup ? group : row) % folds)];
    }

    /// <summary>Name of a group's kind and size, for messages.</summary>
    public static string NameOf(in StepObservation row) => string.Create(
        CultureInfo.InvariantCulture, $"{row.PrefillTokens:0.#} prefill tokens, {row.DecodeSequences:0.#} decodes");

    private static bool Enough(int groups, double share) => groups * share >= 1 && groups >= 4;

    private static bool IsHeldOut(int number, double share) =>
        Math.Floor((number + 0.5) * share + 0.5) > Math.Floor(((number - 0.5) * share) + 0.5);

    private static (int Kind, double Decodes, double Prefill, double History) Key(StepObservation row) => row switch
    {
        { IsAverage: true } => (3, Math.Round(row.DecodeSequences), 0, 0),
        { IsDecode: true } => (0, row.DecodeSequences, 0, 0),
        { DecodeSequences: 0 } => (1, 0, row.PrefillTokens, 0),
        _ => (2, row.DecodeSequences, row.PrefillTokens, 0),
    };
}

using System.Globalization;

namespace Plimsoll.Performance.StepTime;

/// <summary>Turns the rows of a profile into an interpolation table, or says why they cannot be one.</summary>
public static class TableFit
{
    /// <summary>Measurement noise granted before a row counts as faster than the memory.</summary>
    private const double Tolerance = 1.02;

    /// <summary>
    /// Needs decode rows (each number of sequences with two contexts at least) and whole-prompt rows (two sizes at least). With a
    /// <paramref name="floor"/>, decode rows faster than the memory allows are refused, each with its line.
    /// </summary>
    public static ReadResult<TableStepTime> Build(IReadOnlyList<ProfileRow> rows, string fileName, PhysicalFloor? floor)
    {
        List<InputProblem> problems = [];
        SortedList<int, StepCurve> decode = DecodeCurves(rows, fileName, problems);
        List<(long At, double Seconds)> prompts = Average(
            rows.Where(row => row.IsFreshPrefill).Select(row => (row.Shape.PrefillTokens, row.Seconds)));
        if (prompts.Count < 2)
        {
            problems.Add(new(fileName, 0, "prefill_tokens", "needs rows with one whole prompt and no decodes, of two sizes at least"));
        }

        CheckPhysics(rows, fileName, floor, problems);
        return problems.Count > 0
            ? new(null, problems, [])
            : new(Fit(rows, decode, prompts), problems, []);
    }

    private static TableStepTime Fit(
        IReadOnlyList<ProfileRow> rows, SortedList<int, StepCurve> decode, List<(long At, double Seconds)> prompts)
    {
        double perHalfPair = FitPairs(rows, prompts);
        var prefill = new StepCurve(
            [
                .. SmallSteps(decode, prompts[0].At),
                .. prompts.Select(prompt => (prompt.At, ToPicoseconds(prompt.Seconds - (perHalfPair * prompt.At * prompt.At)))),
            ]);
        var withoutPenalty = new TableStepTime(decode, prefill, perHalfPair, 0);
        double penalty = FitMixing(rows, withoutPenalty);
        return penalty == 0 ? withoutPenalty : new TableStepTime(decode, prefill, perHalfPair, penalty);
    }

    /// <summary>Below the smallest prompt a step of n tokens takes what n decodes take that attend to nothing but themselves.</summary>
    private static IEnumerable<(long At, long Picoseconds)> SmallSteps(SortedList<int, StepCurve> decode, long smallestPrompt) =>
        decode.Where(row => row.Key < smallestPrompt).Select(row => ((long)row.Key, row.Value.ValueAt(row.Key)));

    private static SortedList<int, StepCurve> DecodeCurves(IReadOnlyList<ProfileRow> rows, string fileName, List<InputProblem> problems)
    {
        var curves = new SortedList<int, StepCurve>();
        foreach (IGrouping<int, ProfileRow> group in rows.Where(row => row.IsDecode).GroupBy(row => row.Shape.DecodeSequences))
        {
            List<(long At, double Seconds)> points = Average(group.Select(row => (row.Shape.DecodeContextTokens, row.Seconds)));
            if (points.Count < 2)
            {
                string need = $"{group.Key} sequences need two contexts at least";
                problems.Add(new(fileName, group.First().Line, "decode_context_tokens", need));
            }

            curves.Add(group.Key, new StepCurve([.. points.Select(point => (point.At, ToPicoseconds(point.Seconds)))]));
        }

        if (curves.Count == 0)
        {
            problems.Add(new(fileName, 0, "decode_sequences", "needs rows with decodes and no prefill tokens"));
        }

        return curves;
    }

    private static void CheckPhysics(IReadOnlyList<ProfileRow> rows, string fileName, PhysicalFloor? floor, List<InputProblem> problems)
    {
        if (floor is not PhysicalFloor least)
        {
            return;
        }

        foreach (ProfileRow row in rows.Where(row => row.IsDecode))
        {
            double bound = least.Seconds(row.Shape.DecodeContextTokens);
            if (row.Seconds * Tolerance < bound)
            {
                problems.Add(new(fileName, row.Line, "step_seconds", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Seconds:g4} s is faster than the {bound:g4} s that reading weights and cache takes at peak bandwidth")));
            }
        }
    }

    /// <summary>
    /// Seconds per half pair by least squares over prefill rows other than single whole prompts: what they take beyond a whole prompt
    /// of as many tokens, against the pairs they have beyond it. At most what leaves every whole prompt a positive rest.
    /// </summary>
    private static double FitPairs(IReadOnlyList<ProfileRow> rows, List<(long At, double Seconds)> prompts)
    {
        double products = 0;
        double squares = 0;
        foreach (ProfileRow row in rows.Where(row => row.Shape is { PrefillSequences: > 0, DecodeSequences: 0 } && !row.IsFreshPrefill))
        {
            double tokens = row.Shape.PrefillTokens;
            double pairs = row.Shape.PrefillAttentionPairs - (tokens * tokens);
            products += pairs * (row.Seconds - Interpolate(prompts, tokens));
            squares += pairs * pairs;
        }

        double most = prompts.Min(prompt => prompt.Seconds / prompt.At / prompt.At) * 0.9;
        return squares == 0 ? 0 : Math.Clamp(products / squares, 0, most);
    }

    /// <summary>Seconds per context token by least squares over mixed rows: what they take beyond the sum of their parts.</summary>
    private static double FitMixing(IReadOnlyList<ProfileRow> rows, TableStepTime table)
    {
        double products = 0;
        double squares = 0;
        foreach (ProfileRow row in rows.Where(row => row.Shape.IsMixed))
        {
            double context = row.Shape.DecodeContextTokens;
            products += context * (row.Seconds - (table.StepPicoseconds(row.Shape) * 1e-12));
            squares += context * context;
        }

        return squares == 0 ? 0 : Math.Max(0, products / squares);
    }

    private static double Interpolate(List<(long At, double Seconds)> points, double at)
    {
        int above = points.FindIndex(point => point.At >= at);
        if (above == 0)
        {
            return points[0].Seconds;
        }

        (long At, double Seconds) high = above < 0 ? points[^1] : points[above];
        (long At, double Seconds) low = above < 0 ? points[^2] : points[above - 1];
        return double.Lerp(low.Seconds, high.Seconds, (at - low.At) / (high.At - low.At));
    }

    /// <summary>One point per position, ascending; repeats are averaged.</summary>
    private static List<(long At, double Seconds)> Average(IEnumerable<(long At, double Seconds)> points) =>
    [
        .. points
            .GroupBy(point => point.At)
            .Select(group => (group.Key, group.Average(point => point.Seconds)))
            .OrderBy(point => point.Key),
    ];

    private static long ToPicoseconds(double seconds) => Math.Max(1, Picoseconds.FromSeconds(Math.Max(0, seconds)));
}

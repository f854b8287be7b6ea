using System.Globalization;
using System.Text;
using Plimsoll.Performance;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// A fit as the rows of a profile: the rows that were read, where the table was chosen; else a grid of what the form says, so dense that
/// interpolation gives the form back.
/// </summary>
public static class ProfileTable
{
    private const int LongestContextEach = 131_072;
    private const double LeastSeconds = 1e-6;
    private const double MostSeconds = 90;
    private const int MostSequences = 8_192;
    private const int MostSeen = 200;
    private const int LongestPrompt = 32_768;

    private static readonly int[] Sequences =
        [1, 2, 4, 8, 12, 16, 24, 32, 33, 48, 64, 65, 80, 96, 128, 160, 192, 224, 256, 384, 512, 768, 1_024];

    private static readonly int[] Prompts = [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048, 4_096, 8_192, 16_384, 32_768];

    private static readonly (int Chunk, int History)[] Chunks =
        [(128, 1_024), (512, 2_048), (512, 8_192), (1_024, 4_096), (2_048, 2_048), (2_048, 16_384)];

    private static readonly (int Decodes, int ContextEach, int Chunk)[] Mixed =
        [(8, 512, 256), (32, 1_024, 128), (32, 1_024, 1_024), (64, 512, 512), (128, 1_024, 128), (128, 1_024, 1_024)];

    /// <summary>Rows of the profile of a fit. Rows of the table are the medians of those read.</summary>
    public static IReadOnlyList<StepObservation> RowsOf(FittedForm form, IReadOnlyList<StepObservation> read)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Name == StepForms.Table
            ? [.. TableForm.RowsOf(read).Select(row => StepObservation.OfRow(row, ""))]
            : [.. Grid(form, read).Select(row => row with { Seconds = Math.Max(LeastSeconds, form.Seconds(row)) }).Where(row => row.Seconds <= MostSeconds)];
    }

    /// <summary>Writes rows in the form that <c>profile:FILE</c> reads.</summary>
    public static void Write(IReadOnlyList<StepObservation> rows, IReadOnlyList<string> comments, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(comments);
        ArgumentNullException.ThrowIfNull(output);
        foreach (string comment in comments)
        {
            output.Write($"# {comment.ReplaceLineEndings(" ")}\n");
        }

        output.Write("prefill_tokens,prefill_sequences,prefill_history_tokens,decode_sequences,decode_context_tokens,step_seconds\n");
        foreach (StepObservation row in rows)
        {
            double history = row.PrefillSequences > 0 ? Math.Round(row.HistoryTokens / row.PrefillSequences) : 0;
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.PrefillTokens:0},{row.PrefillSequences:0},{history:0},{row.DecodeSequences:0},{row.ContextTokens:0},{row.Seconds:0.#########E0}\n"));
        }
    }

    /// <summary>The model that a reader of the profile gets, or why there is none.</summary>
    public static ReadResult<TableStepTime> ReadBack(IReadOnlyList<StepObservation> rows)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(rows, [], text);
        List<InputProblem> problems = [];
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        IReadOnlyList<ProfileRow> profile = ProfileReader.Read(stream, "profile.csv", problems);
        return problems.Count > 0 ? new(null, problems, []) : TableFit.Build(profile, "profile.csv", null);
    }

    private static IEnumerable<StepObservation> Grid(FittedForm form, IReadOnlyList<StepObservation> read)
    {
        foreach (int decodes in Knots(Sequences, form, "sequences", MostSequences))
        {
            yield return Step(0, 0, decodes, decodes);
            yield return Step(0, 0, decodes, LongestContext(form, decodes));
        }

        StepObservation[] chunked =
            [.. Thinned(read, row => row is { DecodeSequences: 0, PrefillTokens: <= LongestPrompt } && (row.HistoryTokens > 0 || row.PrefillSequences > 1))];
        // A whole prompt stands beside each of them: a reader of the profile compares the two to learn what attention costs.
        foreach (int prompt in Knots([.. Prompts, .. chunked.Select(row => (int)row.PrefillTokens)], form, "tokens", LongestPrompt))
        {
            yield return Step(prompt, 0, 0, 0);
        }

        foreach ((int chunk, int history) in Chunks)
        {
            yield return Step(chunk, history, 0, 0);
        }

        foreach ((int decodes, int each, int chunk) in Mixed)
        {
            yield return Step(chunk, 0, decodes, (long)decodes * each);
        }

        foreach (StepObservation row in chunked)
        {
            yield return row;
        }

        foreach (StepObservation row in Thinned(read, row => row.IsMixed))
        {
            yield return row;
        }
    }

    /// <summary>The longest context that a profile may hold a row of: a step of at most so many seconds.</summary>
    private static long LongestContext(FittedForm form, int decodes)
    {
        long context = (long)decodes * LongestContextEach;
        while (context > 2L * decodes && form.Seconds(Step(0, 0, decodes, context)) > MostSeconds)
        {
            context /= 2;
        }

        return context;
    }

    /// <summary>Shapes that were seen: a reader of the profile weighs chunks and mixed steps as often as they stand there.</summary>
    private static IEnumerable<StepObservation> Thinned(IReadOnlyList<StepObservation> read, Func<StepObservation, bool> wanted)
    {
        StepObservation[] rows = [.. read.Where(row => !row.IsAverage && wanted(row)).DistinctBy(row => row.ToShape())];
        int every = (rows.Length / MostSeen) + 1;
        return rows.Where((_, i) => i % every == 0);
    }

    /// <summary>The usual values and both sides of the form's bends in this quantity, ascending.</summary>
    private static IEnumerable<int> Knots(int[] usual, FittedForm form, string quantity, int most)
    {
        IEnumerable<int> bends = form.Parameters
            .Where(parameter => parameter.Name.StartsWith("bend_", StringComparison.Ordinal)
                && (parameter.Name == "bend_tokens" || parameter.Name.EndsWith(quantity, StringComparison.Ordinal)))
            .SelectMany(parameter => new[] { (int)parameter.Value, (int)parameter.Value + 1 });
        return usual.Concat(bends).Where(value => value >= 1 && value <= most).Distinct().Order();
    }

    private static StepObservation Step(int prefill, int history, int decodes, long context) =>
        StepObservation.OfStep(prefill, prefill > 0 ? 1 : 0, history, decodes, context, 1);
}

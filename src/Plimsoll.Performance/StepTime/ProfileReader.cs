using System.Globalization;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Reads a step-time profile: CSV with a header, one step a row; columns in any order, others ignored.
/// <para>
/// Own form: <c>prefill_tokens</c>, <c>decode_sequences</c>, <c>decode_context_tokens</c> (sum over the decoding sequences),
/// <c>step_seconds</c>, and optionally <c>prefill_sequences</c> (default 1 where there are prefill tokens) and
/// <c>prefill_history_tokens</c> (tokens before each chunk, default 0).
/// </para>
/// <para>
/// Vidur-style form: <c>prefill_tokens</c>, <c>num_decode</c>, <c>decode_total_kv_tokens</c>, <c>iteration_time_ms</c>,
/// <c>num_prefill_seqs</c>, <c>prefill_past_kv_tokens</c>.
/// </para>
/// </summary>
public static class ProfileReader
{
    private const long MostTokens = 1_000_000_000;
    private const int MostSequences = 8_192;
    private const double LeastSeconds = 1e-6;
    private const double MostSeconds = 100;

    /// <summary>All rows, or nothing when a line is wrong; every problem is added to the list.</summary>
    public static IReadOnlyList<ProfileRow> Read(Stream csv, string fileName, List<InputProblem> problems)
    {
        using var reader = new StreamReader(csv, leaveOpen: true);
        Columns? columns = null;
        List<ProfileRow> rows = [];
        int line = 0;
        int before = problems.Count;
        while (reader.ReadLine() is string text)
        {
            line++;
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            string[] cells = text.Split(',');
            if (columns is null)
            {
                columns = Columns.Find(cells, fileName, line, problems);
                if (columns is null)
                {
                    return [];
                }
            }
            else if (new Row(cells, columns, fileName, line, problems).Read() is ProfileRow row)
            {
                rows.Add(row);
            }
        }

        if (columns is null)
        {
            problems.Add(new(fileName, Math.Max(1, line), "", "the profile is empty: a header line is needed"));
        }

        return problems.Count == before ? rows : [];
    }

    private sealed record Column(string Name, int Index);

    private sealed record Columns(
        Column PrefillTokens,
        Column Decodes,
        Column Context,
        Column Time,
        Column? PrefillSequences,
        Column? History,
        double SecondsPerUnit,
        int Count)
    {
        public static Columns? Find(string[] header, string fileName, int line, List<InputProblem> problems)
        {
            string[] names = [.. header.Select(name => name.Trim())];
            Column? Named(string name) => Array.IndexOf(names, name) is int index and >= 0 ? new Column(name, index) : null;
            bool vidur = names.Contains("iteration_time_ms");
            string[] needed = vidur
                ? ["prefill_tokens", "num_decode", "decode_total_kv_tokens", "iteration_time_ms"]
                : ["prefill_tokens", "decode_sequences", "decode_context_tokens", "step_seconds"];
            foreach (string missing in needed.Except(names))
            {
                problems.Add(new(fileName, line, missing, $"the header has no such column{NameSuggestions.Sentence(missing, names)}"));
            }

            if (needed.Except(names).Any())
            {
                return null;
            }

            return new Columns(
                Named(needed[0])!,
                Named(needed[1])!,
                Named(needed[2])!,
                Named(needed[3])!,
                Named(vidur ? "num_prefill_seqs" : "prefill_sequences"),
                Named(vidur ? "prefill_past_kv_tokens" : "prefill_history_tokens"),
                vidur ? 1e-3 : 1,
                names.Length);
        }
    }

    private sealed class Row(string[] cells, Columns columns, string fileName, int line, List<InputProblem> problems)
    {
        public ProfileRow? Read()
        {
            int before = problems.Count;
            if (cells.Length != columns.Count)
            {
                problems.Add(new(fileName, line, "", $"{cells.Length} cells where the header has {columns.Count}"));
                return null;
            }

            long tokens = Whole(columns.PrefillTokens, MostTokens);
            long sequences = columns.PrefillSequences is null ? Math.Min(1, tokens) : Whole(columns.PrefillSequences, MostSequences);
            long history = columns.History is null ? 0 : Whole(columns.History, MostTokens);
            long decodes = Whole(columns.Decodes, MostSequences);
            long context = Whole(columns.Context, MostTokens);
            double seconds = Seconds();
            if (problems.Count > before)
            {
                return null;
            }

            Check(tokens + decodes > 0, columns.PrefillTokens, "the step is empty: it has neither prefill tokens nor decodes");
            Check((tokens == 0) == (sequences == 0), columns.PrefillTokens, "prefill tokens and prefill sequences must come together");
            Check(context >= decodes, columns.Context, "must hold at least the token that each decode computes");
            var shape = new BatchShape(tokens, (int)sequences, HalfPairs(tokens, sequences, history), (int)decodes, context);
            return problems.Count > before ? null : new ProfileRow(shape, seconds, line);
        }

        /// <summary>Equal chunks with equal histories.</summary>
        private static long HalfPairs(long tokens, long sequences, long history) =>
            sequences == 0 ? 0 : (long)((Int128)tokens * ((2 * history * sequences) + tokens) / sequences);

        private long Whole(Column column, long most)
        {
            string cell = cells[column.Index];
            if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number >= 0 && number <= most && Math.Floor(number) == number)
            {
                return (long)number;
            }

            problems.Add(new(fileName, line, column.Name, $"must be a whole number from 0 to {most}, not '{cell}'"));
            return 0;
        }

        private double Seconds()
        {
            string cell = cells[columns.Time.Index];
            if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double time)
                && time * columns.SecondsPerUnit is >= LeastSeconds and <= MostSeconds)
            {
                return time * columns.SecondsPerUnit;
            }

            problems.Add(new(fileName, line, columns.Time.Name, $"must be a time from a microsecond to 100 s, not '{cell}'"));
            return LeastSeconds;
        }

        private void Check(bool holds, Column column, string message)
        {
            if (!holds)
            {
                problems.Add(new(fileName, line, column.Name, message));
            }
        }
    }
}

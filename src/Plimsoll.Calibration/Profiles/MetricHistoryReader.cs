using System.Globalization;
using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Counters of an engine over time, vLLM's names: a CSV with a column of time and one for each metric, or the text that the engine exposes
/// with times in milliseconds after the values, scrape after scrape. Between two scrapes during which the engine never idled, the time
/// divided by the steps is the mean step, and the growth of the token counters says what was in it.
/// </summary>
internal static class MetricHistoryReader
{
    public const string Kind = "engine metrics over time";

    private const string Steps = "vllm:iteration_tokens_total_count";
    private const string PromptTokens = "vllm:prompt_tokens_total";
    private const string OutputTokens = "vllm:generation_tokens_total";
    private const string Prompts = "vllm:request_prompt_tokens_count";
    private const string Running = "vllm:num_requests_running";
    private const string Usage = "vllm:kv_cache_usage_perc";
    private const string OlderUsage = "vllm:gpu_cache_usage_perc";

    private static readonly string[] TimeColumns = ["timestamp_seconds", "time_seconds", "seconds", "timestamp", "time"];

    private static readonly string[] Needed = [Steps, PromptTokens, OutputTokens, Running];

    /// <summary>Whether a text is scrapes of an engine.</summary>
    public static bool IsExposition(IReadOnlyList<string> lines) =>
        lines.Take(200).Any(line => line.StartsWith("vllm:", StringComparison.Ordinal));

    public static bool Recognises(CsvTable table) => table.Names.Any(name => MetricOf(name) == Steps);

    public static void ReadExposition(string file, IReadOnlyList<string> lines, CalibrationTarget target, SourceReading reading)
    {
        SortedDictionary<double, Dictionary<string, double>> scrapes = [];
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            int nameEnd = line.LastIndexOf('}') + 1;
            nameEnd = nameEnd > 0 ? nameEnd : line.IndexOf(' ', StringComparison.Ordinal);
            string[] rest = nameEnd < 0 ? [] : line[nameEnd..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (rest.Length < 2 || !TryNumber(rest[0], out double value) || !TryNumber(rest[1], out double milliseconds))
            {
                reading.Problem(file, i + 1, "", "must be a metric, its value and its time in milliseconds");
                return;
            }

            double at = milliseconds / 1000;
            if (!scrapes.TryGetValue(at, out Dictionary<string, double>? values))
            {
                scrapes.Add(at, values = new(StringComparer.Ordinal));
            }

            string metric = MetricOf(line[..nameEnd]);
            values[metric] = values.GetValueOrDefault(metric) + value;
        }

        AddMeans(file, [.. scrapes.Select((scrape, i) => (scrape.Key, scrape.Value, i + 1))], target, reading);
    }

    public static void ReadTable(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        string? time = Array.Find(TimeColumns, column => table.Has(column));
        if (time is null)
        {
            reading.Problem(table.File, table.HeaderLine, TimeColumns[0], $"no column says when; name one of {string.Join(", ", TimeColumns)}");
            return;
        }

        List<(double At, Dictionary<string, double> Values, int Line)> scrapes = [];
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            double at = row.Number(time, 0, 1e12);
            Dictionary<string, double> values = new(StringComparer.Ordinal);
            foreach (string name in table.Names)
            {
                if (row.OptionalNumber(name) is double value)
                {
                    string metric = MetricOf(name);
                    values[metric] = values.GetValueOrDefault(metric) + value;
                }
            }

            scrapes.Add((at, values, line));
        }

        AddMeans(table.File, scrapes, target, reading);
    }

    /// <summary>A name without its labels, a gauge of older engines under its newer name.</summary>
    private static string MetricOf(string name)
    {
        int labels = name.IndexOf('{', StringComparison.Ordinal);
        string plain = (labels < 0 ? name : name[..labels]).Trim();
        plain = plain.Contains(':', StringComparison.Ordinal) ? plain : "vllm:" + plain;
        return plain == OlderUsage ? Usage : plain;
    }

    private static void AddMeans(
        string file, List<(double At, Dictionary<string, double> Values, int Line)> scrapes, CalibrationTarget target, SourceReading reading)
    {
        foreach (string missing in Needed.Where(name => !scrapes.Any(scrape => scrape.Values.ContainsKey(name))))
        {
            reading.Problem(file, 0, missing, "no scrape has this metric");
        }

        if (target.KvTokens is null)
        {
            reading.Note($"{file}: contexts are unknown without --kv-tokens (the cache's size), so nothing is learnt about them.");
        }

        int used = 0;
        for (int i = 1; i < scrapes.Count; i++)
        {
            if (MeanOf(file, scrapes[i - 1], scrapes[i], target, reading) is StepObservation mean)
            {
                used++;
                reading.Add(mean);
            }
        }

        reading.Add(new SourceSummary(file, Kind, scrapes.Count, used, 0));
    }

    private static StepObservation? MeanOf(
        string file,
        (double At, Dictionary<string, double> Values, int Line) from,
        (double At, Dictionary<string, double> Values, int Line) to,
        CalibrationTarget target,
        SourceReading reading)
    {
        double Growth(string metric) => to.Values.GetValueOrDefault(metric) - from.Values.GetValueOrDefault(metric);
        double Mean(string metric) => (to.Values.GetValueOrDefault(metric) + from.Values.GetValueOrDefault(metric)) / 2;
        double steps = Growth(Steps);
        double seconds = to.At - from.At;
        if (steps < 0 || seconds <= 0)
        {
            reading.Add(new Physics.RejectedRow(file, to.Line, "restarted", "a counter or the clock went back"));
            return null;
        }

        if (steps < 10 || from.Values.GetValueOrDefault(Running) < 1 || to.Values.GetValueOrDefault(Running) < 1)
        {
            reading.Add(new Physics.RejectedRow(file, to.Line, "idle", "the engine may have idled between these scrapes"));
            return null;
        }

        double prefill = Growth(PromptTokens) / steps;
        double prompts = Growth(Prompts) / steps;
        double decodes = Math.Max(0, (Growth(OutputTokens) / steps) - prompts);
        double context = (target.KvTokens ?? 0) * Mean(Usage);
        double share = prefill == 0 ? 0 : Math.Min(1, prompts > 0 ? prompts : 1);
        return new StepObservation
        {
            PrefillTokens = prefill,
            PrefillSequences = prompts,
            HistoryTokens = 0,
            HalfPairs = prompts > 0 ? prefill * prefill / prompts : prefill * prefill,
            DecodeSequences = decodes,
            ContextTokens = context,
            MixedContextTokens = context * share,
            PrefillShare = share,
            Seconds = seconds / steps,
            IsAverage = true,
            File = file,
            Line = to.Line,
        };
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}

using System.Globalization;
using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Profiles;

/// <summary>Whole requests measured: Splitwise's batches, served configurations of aiconfigurator, bench records.</summary>
internal static class WholeRequestReaders
{
    private const double Millisecond = 1e-3;
    private const long Most = 1_000_000_000;
    private const int LongestTrustedOutput = 256;
    private const string SplitwiseKind = "whole batches (Splitwise)";
    private const string SiliconKind = "served configurations (aiconfigurator)";
    private const string BenchKind = "requests (bench)";

    private static readonly string[] SplitwiseConfiguration = ["model", "hardware", "tensor_parallel"];

    private static readonly string[] SiliconConfiguration =
        ["model_path", "system", "backend", "backend_version", "precision", "mode", "tp_size", "pp_size", "attention_dp_size", "moe_tp_size", "moe_ep_size"];

    public static IReadOnlyList<ISourceReader> All =>
    [
        new ColumnReader(SplitwiseKind, ["prompt_size", "batch_size", "token_size", "prompt_time", "token_time"], ReadSplitwise),
        new ColumnReader(SiliconKind, ["silicon_ttft_ms", "silicon_tpot_ms", "isl", "osl"], ReadSilicon),
        new ColumnReader(BenchKind, ["prompt_tokens", "output_tokens", "ttft_seconds", "e2e_seconds"], ReadBench),
    ];

    /// <summary>
    /// A batch of equal prompts, then a token each until the output is long enough: the time per token stands for the step in the middle.
    /// Outputs of more than 256 tokens are left out: there generation ended early.
    /// </summary>
    private static void ReadSplitwise(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        int used = 0;
        foreach ((int line, string[] cells) in RowFilter.Select(table, SplitwiseConfiguration, target, reading))
        {
            var row = new CsvCells(table, line, cells, reading);
            long prompt = row.Whole("prompt_size", 1, Most);
            long batch = row.Whole("batch_size", 1, 8_192);
            long output = row.Whole("token_size", 1, Most);
            double promptSeconds = row.Seconds("prompt_time", Millisecond);
            double tokenSeconds = row.Seconds("token_time", Millisecond);
            if (!row.Good)
            {
                continue;
            }

            used++;
            reading.Add(StepObservation.OfStep(prompt * batch, batch, 0, 0, 0, promptSeconds) with { File = table.File, Line = line });
            if (output is > 1 and <= LongestTrustedOutput)
            {
                double context = batch * (prompt + Math.Round(output / 2.0));
                reading.Add(StepObservation.OfStep(0, 0, 0, batch, context, tokenSeconds) with { File = table.File, Line = line });
            }
        }

        reading.Add(new SourceSummary(table.File, SplitwiseKind, table.Rows.Count, used, 0));
    }

    /// <summary>
    /// A closed loop keeps c requests in flight. Over a long time each of them needs osl steps and one prompt of isl tokens, so that a mean
    /// step holds c decodes with contexts of isl + osl/2, and c·isl/osl prompt tokens (none where prefill runs elsewhere); at most c of osl
    /// steps prefill. The time per output token is the mean step.
    /// </summary>
    private static void ReadSilicon(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        int used = 0;
        foreach ((int line, string[] cells) in RowFilter.Select(table, SiliconConfiguration, target, reading))
        {
            var row = new CsvCells(table, line, cells, reading);
            double prompt = row.Whole("isl", 1, Most);
            double output = row.Whole("osl", 1, Most);
            double seconds = row.Seconds("silicon_tpot_ms", Millisecond);
            if (!row.Good || ConcurrencyOf(row) is not double inFlight)
            {
                continue;
            }

            used++;
            bool apart = row.Text("mode").StartsWith("disagg", StringComparison.Ordinal);
            double replicas = Math.Max(1, row.OptionalNumber("attention_dp_size") ?? 1);
            double decodes = inFlight / replicas;
            double prefill = apart ? 0 : decodes * prompt / output;
            double share = apart ? 0 : Math.Min(1, decodes / output);
            double context = decodes * (prompt + (output / 2));
            reading.Add(new StepObservation
            {
                PrefillTokens = prefill,
                PrefillSequences = apart ? 0 : decodes / output,
                HistoryTokens = 0,
                HalfPairs = prefill * prompt,
                DecodeSequences = decodes,
                ContextTokens = context,
                MixedContextTokens = context * share,
                PrefillShare = share,
                Seconds = seconds,
                IsAverage = true,
                File = table.File,
                Line = line,
            });
        }

        reading.Add(new SourceSummary(table.File, SiliconKind, table.Rows.Count, used, 0));
        reading.Note($"{table.File}: each row is a mean over the steps of a closed loop; lengths are nominal.");
    }

    private static double? ConcurrencyOf(CsvCells row)
    {
        const string Key = "silicon_concurrency=";
        string source = row.Text("silicon_data_source");
        int at = source.IndexOf(Key, StringComparison.Ordinal);
        if (at < 0)
        {
            return row.OptionalNumber("batch_size") ?? row.OptionalNumber("decode_batch_size");
        }

        string digits = new([.. source[(at + Key.Length)..].TakeWhile(char.IsAsciiDigit)]);
        return double.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out double value) && value > 0 ? value : null;
    }

    /// <summary>Failed requests are counted and left out. What the others say about steps is another question: see AloneRequests.</summary>
    private static void ReadBench(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        int used = 0;
        string sentColumn = table.Has("sent_seconds") ? "sent_seconds" : "arrival_seconds";
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            string outcome = row.Text("outcome");
            if (outcome.Length > 0 && outcome is not ("completed" or "ok" or "success"))
            {
                reading.Add(new Physics.RejectedRow(table.File, line, "not completed", outcome));
                continue;
            }

            double sent = row.Number(sentColumn, 0, 1e9);
            long prompt = row.Whole("prompt_tokens", 1, Most);
            long output = row.Whole("output_tokens", 1, Most);
            double first = row.Seconds("ttft_seconds", 1);
            double last = row.Seconds("e2e_seconds", 1);
            if (!row.Good)
            {
                continue;
            }

            // Latencies count from the intended start; the engine hears of the request when it is sent.
            double late = table.Has("sent_seconds", "arrival_seconds") ? Math.Max(0, sent - (row.OptionalNumber("arrival_seconds") ?? sent)) : 0;
            if (first - late <= 0 || last < first)
            {
                reading.Add(new Physics.RejectedRow(table.File, line, "impossible", "the first token comes before the request, or after the last token"));
                continue;
            }

            used++;
            reading.Add(new RequestRecord(sent, prompt, output, first - late, last - late, table.File, line));
        }

        reading.Add(new SourceSummary(table.File, BenchKind, table.Rows.Count, used, 0));
    }
}

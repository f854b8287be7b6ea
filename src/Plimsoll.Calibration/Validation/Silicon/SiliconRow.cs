using System.Globalization;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Silicon;

/// <summary>One served configuration: a closed loop of so many requests on an aggregated engine.</summary>
internal sealed record SiliconRow
{
    private const string ConcurrencyKey = "silicon_concurrency=";

    private static readonly string[] Columns =
    [
        "id", "silicon_data_source", "backend", "backend_version", "model_path", "system", "precision", "mode", "isl", "osl", "gemm_quant_mode",
        "moe_quant_mode", "batch_size", "tp_size", "pp_size", "attention_dp_size", "moe_tp_size", "moe_ep_size", "silicon_ttft_ms", "silicon_tpot_ms",
    ];

    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Backend { get; init; }

    public required string Version { get; init; }

    public required string Model { get; init; }

    public required string System { get; init; }

    public required bool Aggregated { get; init; }

    /// <summary>Format of the weights: <c>fp8</c>, <c>nvfp4</c>, …; empty when it is not said.</summary>
    public required string Weights { get; init; }

    public required int PromptTokens { get; init; }

    public required int OutputTokens { get; init; }

    /// <summary>Requests in flight on each engine or rank; 0 when it is not said.</summary>
    public required int Concurrency { get; init; }

    /// <summary>GPUs that split each layer's attention; 0 when it is not said.</summary>
    public required int TensorParallel { get; init; }

    public required int PipelineParallel { get; init; }

    /// <summary>Ranks whose attention is data parallel.</summary>
    public required int AttentionRanks { get; init; }

    public required double TtftSeconds { get; init; }

    public required double TpotSeconds { get; init; }

    /// <summary>Whether lengths were drawn from 0.8 to 1 of the nominal ones, as the scripts of the public sweeps do.</summary>
    public bool DrawsLengths => Source.StartsWith("db-dump", StringComparison.Ordinal)
        || (Source.StartsWith("source_file=2", StringComparison.Ordinal) && !Source.Contains("gap-analysis", StringComparison.Ordinal));

    /// <summary>All rows of a file, times in milliseconds.</summary>
    public static List<SiliconRow> Read(MeasuredFile file, List<InputProblem> problems) =>
        [.. CsvTable.Read(file, Columns, problems)?.Rows.Select(From) ?? []];

    private static SiliconRow From(CsvTableRow row)
    {
        string source = row.Text("silicon_data_source");
        bool aggregated = row.Text("mode") == "agg";
        string quantisation = row.Text("gemm_quant_mode");
        int ranks = Math.Max(1, row.Whole("attention_dp_size", 0, otherwise: 1));
        int batch = row.Whole("batch_size", 1, otherwise: int.MaxValue);
        int concurrency = ConcurrencyOf(source) ?? 0;
        return new SiliconRow
        {
            Id = row.Text("id"),
            Source = source,
            Backend = row.Text("backend"),
            Version = row.Text("backend_version"),
            Model = row.Text("model_path"),
            System = row.Text("system"),
            Aggregated = aggregated,
            Weights = quantisation.Length > 0 ? quantisation : row.Text("precision"),
            PromptTokens = row.Whole("isl", 1),
            OutputTokens = row.Whole("osl", 1),
            // The loop may be spread over several engines or ranks; the batch is of one.
            Concurrency = concurrency == 0 ? 0 : Math.Min(batch, concurrency),
            TensorParallel = ranks > 1 ? Math.Max(1, ExpertGpus(row) / ranks) : row.Whole("tp_size", 1, otherwise: 0),
            PipelineParallel = row.Whole("pp_size", 1, otherwise: 1),
            AttentionRanks = ranks,
            TtftSeconds = row.OptionalNumber("silicon_ttft_ms", 0) / 1e3,
            TpotSeconds = row.OptionalNumber("silicon_tpot_ms", 0) / 1e3,
        };
    }

    // Where attention is data parallel, the columns of attention say different things for different engines; those of experts do not.
    private static int ExpertGpus(CsvTableRow row) =>
        Math.Max(1, row.Whole("moe_tp_size", 0, otherwise: 1)) * Math.Max(1, row.Whole("moe_ep_size", 0, otherwise: 1));

    private static int? ConcurrencyOf(string source)
    {
        int at = source.IndexOf(ConcurrencyKey, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        string rest = source[(at + ConcurrencyKey.Length)..];
        int end = rest.IndexOf(';', StringComparison.Ordinal);
        string number = (end < 0 ? rest : rest[..end]).Trim();
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : null;
    }
}

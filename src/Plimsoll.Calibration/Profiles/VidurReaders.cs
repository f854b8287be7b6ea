using Plimsoll.Performance.Models;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Tables in Vidur's format, in milliseconds: dense operators of a layer, attention (Frontier), all-reduce. Medians are taken.
/// </summary>
internal static class VidurReaders
{
    private const double Millisecond = 1e-3;
    private const long Most = 1_000_000_000;
    private const string DenseKind = "dense operators (Vidur)";
    private const string AttentionKind = "attention (Vidur, Frontier)";
    private const string NetworkKind = "all-reduce (Vidur)";

    private static readonly string[] LayerOperators =
        ["input_layernorm", "attn_pre_proj", "attn_rope", "attn_post_proj", "post_attention_layernorm", "mlp_up_proj", "mlp_act", "mlp_down_proj"];

    public static IReadOnlyList<ISourceReader> All =>
    [
        new ColumnReader(DenseKind, ["num_tokens", "num_tensor_parallel_workers", "time_stats.mlp_up_proj.median"], ReadDense),
        new ColumnReader(
            AttentionKind, ["is_prefill", "batch_size", "prefill_chunk_size", "kv_cache_size", "time_stats.attn_decode.median"], ReadAttention),
        new ColumnReader(NetworkKind, ["time_stats.all_reduce.median", "num_workers", "size"], ReadAllReduce),
        new ColumnReader("send and receive (Vidur)", ["time_stats.send_recv.median", "num_workers", "size"], (table, _, reading) =>
        {
            reading.Note($"{table.File}: sending between stages is not part of a step here; not used.");
            reading.Add(new SourceSummary(table.File, "send and receive (Vidur)", table.Rows.Count, 0, 0));
        }),
    ];

    /// <summary>Two residual additions a layer; the embedding once.</summary>
    private static void ReadDense(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        Dictionary<string, List<(double At, double Seconds)>> operators = new(StringComparer.Ordinal);
        SortedSet<double> splits = [];
        int used = 0;
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            long tokens = row.Whole("num_tokens", 1, Most);
            long split = row.Whole("num_tensor_parallel_workers", 1, 1_024);
            splits.Add(split);
            if (!row.Good || split != target.TensorParallel || !Matches(row, table, line, target, reading))
            {
                continue;
            }

            used++;
            foreach (string name in LayerOperators.Append("add").Append("emb"))
            {
                if (row.OptionalNumber($"time_stats.{name}.median") is double milliseconds)
                {
                    if (!operators.TryGetValue(name, out List<(double At, double Seconds)>? points))
                    {
                        operators.Add(name, points = []);
                    }

                    points.Add((tokens, milliseconds * Millisecond));
                }
            }
        }

        reading.Add(new SourceSummary(table.File, DenseKind, table.Rows.Count, used, 0));
        if (used == 0 && target.Model is not null && reading.Problems.Count == 0)
        {
            reading.Problem(table.File, 0, "num_tensor_parallel_workers", $"no row is of --tp {target.TensorParallel}; there are {string.Join(", ", splits)}");
        }
        else if (target.Model is not null && DenseTables.IsFirst(table.File, reading))
        {
            ModelArchitecture model = target.Model.Architecture;
            reading.Operators.AddDense(
                table.File,
                operators.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => (
                    new OperatorCurve(each.Value), each.Key switch { "emb" => 1.0, "add" => 2.0 * model.Layers, _ => model.Layers })));
        }
    }

    private static bool Matches(CsvCells row, CsvTable table, int line, CalibrationTarget target, SourceReading reading)
    {
        if (target.Model is null || row.OptionalNumber("n_embd") is not double width || width == target.Model.Architecture.HiddenSize)
        {
            return true;
        }

        if (reading.Problems.Count == 0)
        {
            reading.Problem(table.File, line, "n_embd", $"{width} is not the width {target.Model.Architecture.HiddenSize} of {target.Model.Id}");
        }

        return false;
    }

    private static void ReadAttention(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        int used = 0;
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            bool prefill = row.Text("is_prefill").Equals("true", StringComparison.OrdinalIgnoreCase);
            long batch = row.Whole("batch_size", 1, 8_192);
            long chunk = (long)(row.OptionalNumber("prefill_chunk_size") ?? 0);
            long cached = row.Whole("kv_cache_size", 0, Most);
            double milliseconds = (prefill ? row.OptionalNumber("time_stats.attn_prefill.median") : row.OptionalNumber("time_stats.attn_decode.median")) ?? 0;
            milliseconds += row.OptionalNumber("time_stats.attn_kv_cache_save.median") ?? 0;
            milliseconds += row.OptionalNumber("time_stats.attn_input_reshape.median") ?? 0;
            milliseconds += row.OptionalNumber("time_stats.attn_output_reshape.median") ?? 0;
            bool ours = (row.OptionalNumber("num_tensor_parallel_workers") ?? 1) == target.TensorParallel;
            if (!row.Good || !ours || milliseconds <= 0 || (prefill && chunk == 0) || !Matches(row, table, line, target, reading))
            {
                continue;
            }

            used++;
            double seconds = milliseconds * Millisecond;
            reading.Operators.AddAttention(prefill
                ? new AttentionPoint(batch * chunk, batch, cached, 0, 0, seconds, table.File, line)
                : new AttentionPoint(0, 0, 0, batch, cached + 1, seconds, table.File, line));
        }

        reading.Add(new SourceSummary(table.File, AttentionKind, table.Rows.Count, used, 0));
    }

    private static void ReadAllReduce(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        List<(double At, double Seconds)> points = [];
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            long bytes = row.Whole("size", 1, Most * 1_000);
            double seconds = row.Seconds("time_stats.all_reduce.median", Millisecond);
            bool oneNode = row.OptionalNumber("devices_per_node") is not double inNode || inNode == target.TensorParallel;
            if (row.Good && oneNode && row.OptionalNumber("num_workers") == target.TensorParallel)
            {
                points.Add((bytes, seconds));
            }
        }

        reading.Add(new SourceSummary(table.File, NetworkKind, table.Rows.Count, points.Count, 0));
        if (points.Count > 0 && target.Model is not null)
        {
            var curve = new OperatorCurve(points);
            double perToken = 2.0 * target.Model.Architecture.HiddenSize;
            reading.Operators.SetAllReduce(tokens => curve.At(tokens * perToken));
        }
    }
}

using Plimsoll.Performance.Models;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Tables of LLMServingSim's profiler for vLLM 0.19, in microseconds: dense layers, attention, per sequence, experts, skew.
/// </summary>
internal static class LlmServingSimReaders
{
    private const double Microsecond = 1e-6;
    private const long MostTokens = 1_000_000_000;

    public static IReadOnlyList<ISourceReader> All =>
    [
        new ColumnReader("dense layers by tokens (LLMServingSim)", ["layer", "tokens", "time_us"], ReadDense),
        new ColumnReader("operators by sequences (LLMServingSim)", ["layer", "sequences", "time_us"], ReadPerSequence),
        new ColumnReader(
            "attention of mixed batches (LLMServingSim)", ["prefill_chunk", "kv_prefill", "n_decode", "kv_decode", "time_us"], ReadAttention),
        new ColumnReader("experts by tokens (LLMServingSim)", ["tokens", "activated_experts", "time_us"], ReadExperts),
        new ColumnReader("skew of contexts (LLMServingSim)", ["regime", "skew", "alpha", "t_mean_us"], ReadSkew),
        new ColumnReader("layers (LLMServingSim v0)", ["layer_name", "input", "tp_size", "latency(ns)"], ReadLayers),
    ];

    private static void ReadDense(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        Dictionary<string, List<(double At, double Seconds)>> layers = ReadNamed(table, "layer", "tokens", "time_us", Microsecond, reading);
        AddLayers(table, layers, target, reading, LayerTimes);
    }

    private static void ReadPerSequence(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        foreach (List<(double At, double Seconds)> points in
            ReadNamed(table, "layer", "sequences", "time_us", Microsecond, reading).Values)
        {
            reading.Operators.AddPerSequence(new OperatorCurve(points));
        }

        Summarise(table, reading, "operators by sequences (LLMServingSim)");
    }

    private static void ReadAttention(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            long chunk = row.Whole("prefill_chunk", 0, MostTokens);
            var point = new AttentionPoint(
                chunk,
                chunk > 0 ? 1 : 0,
                row.Whole("kv_prefill", 0, MostTokens),
                row.Whole("n_decode", 0, 8_192),
                row.Whole("kv_decode", 0, MostTokens),
                row.Seconds("time_us", Microsecond),
                table.File,
                line);
            if (row.Good && chunk + point.DecodeSequences > 0)
            {
                reading.Operators.AddAttention(point with { ContextTokensEach = Math.Max(1, point.ContextTokensEach) });
            }
        }

        Summarise(table, reading, "attention of mixed batches (LLMServingSim)");
    }

    /// <summary>
    /// Experts of a layer, by tokens and by experts touched. Tokens choose evenly: n tokens touch E·(1 − (1 − k/E)^n) of E experts, at
    /// least k.
    /// </summary>
    private static void ReadExperts(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        const string Kind = "experts by tokens (LLMServingSim)";
        List<(double Tokens, double Touched, double Seconds)> points = [];
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            points.Add((
                row.Whole("tokens", 1, MostTokens), row.Whole("activated_experts", 1, 65_536), row.Seconds("time_us", Microsecond)));
        }

        Summarise(table, reading, Kind);
        if (points.Count == 0 || target.Model?.Architecture.Experts is not ExpertLayers experts)
        {
            reading.Note($"{table.File}: the model has no experts; the table was not used.");
            return;
        }

        (double Touched, OperatorCurve ByTokens)[] curves =
        [
            .. points.GroupBy(point => point.Touched).OrderBy(group => group.Key)
                .Select(group => (group.Key, new OperatorCurve(group.Select(point => (point.Tokens, point.Seconds))))),
        ];
        reading.Operators.SetExperts(tokens =>
        {
            double share = (double)experts.PerToken / experts.Routed;
            double touched = Math.Max(experts.PerToken, experts.Routed * (1 - Math.Pow(1 - share, tokens)));
            return new OperatorCurve(curves.Select(curve => (curve.Touched, curve.ByTokens.At(tokens)))).At(touched);
        });
    }

    private static void ReadSkew(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        reading.Note($"{table.File}: unequal contexts in a batch are of second order and no form has a place for them; not used.");
        reading.Add(new SourceSummary(table.File, "skew of contexts (LLMServingSim)", table.Rows.Count, 0, 0));
    }

    private static void ReadLayers(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        Dictionary<string, List<(double At, double Seconds)>> layers = ReadNamed(table, "layer_name", "input", "latency(ns)", 1e-9, reading);
        if (layers.Remove("attn"))
        {
            reading.Note($"{table.File}: attention of this source is faster than the memory and is not used; give another table for it.");
        }

        if (layers.Remove("lm_head", out List<(double At, double Seconds)>? head))
        {
            reading.Operators.AddPerSequence(new OperatorCurve(head));
        }

        AddLayers(table, layers, target, reading, LayerTimes);
    }

    /// <summary>How often an operator runs: once a step, twice a layer, or once a layer.</summary>
    private static double LayerTimes(string layer, ModelArchitecture model) => layer switch
    {
        "embedding" or "final_layernorm" => 1,
        "layernorm" => 2 * model.Layers,
        "qkv_proj" or "o_proj" or "rotary_emb" or "rope" or "qk_norm" or "q_proj" or "k_proj" or "v_proj" => model.AttentionLayers,
        "gate_up_proj" or "gate_proj" or "up_proj" or "down_proj" or "act_fn" => model.DenseMlpLayers,
        _ => model.Layers,
    };

    private static Dictionary<string, List<(double At, double Seconds)>> ReadNamed(
        CsvTable table, string name, string size, string time, double unit, SourceReading reading)
    {
        Dictionary<string, List<(double At, double Seconds)>> layers = new(StringComparer.Ordinal);
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            (double At, double Seconds) point = (row.Whole(size, 1, MostTokens), row.Seconds(time, unit));
            string layer = row.Text(name);
            if (!layers.TryGetValue(layer, out List<(double At, double Seconds)>? points))
            {
                layers.Add(layer, points = []);
            }

            points.Add(point);
        }

        return layers;
    }

    private static void AddLayers(
        CsvTable table,
        Dictionary<string, List<(double At, double Seconds)>> layers,
        CalibrationTarget target,
        SourceReading reading,
        Func<string, ModelArchitecture, double> times)
    {
        Summarise(table, reading, "dense layers by tokens (LLMServingSim)");
        if (target.Model is not null && DenseTables.IsFirst(table.File, reading))
        {
            reading.Operators.AddDense(
                table.File,
                layers.OrderBy(layer => layer.Key, StringComparer.Ordinal)
                    .Select(layer => (new OperatorCurve(layer.Value), times(layer.Key, target.Model.Architecture))));
        }
    }

    private static void Summarise(CsvTable table, SourceReading reading, string kind) =>
        reading.Add(new SourceSummary(table.File, kind, table.Rows.Count, table.Rows.Count, 0));
}

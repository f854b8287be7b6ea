using Plimsoll.Calibration.Physics;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Calibration.Profiles;

/// <summary>Operator tables of aiconfigurator, in milliseconds: matrix products, attention, experts, all-reduce.</summary>
internal static class AiConfiguratorReaders
{
    private const double Millisecond = 1e-3;
    private const long Most = 1_000_000_000;
    private const string AttentionKind = "attention (aiconfigurator)";
    private const string GemmKind = "matrix products (aiconfigurator)";
    private const string ExpertKind = "experts (aiconfigurator)";

    public static IReadOnlyList<ISourceReader> All =>
    [
        new ColumnReader(GemmKind, ["gemm_dtype", "m", "n", "k", "latency"], ReadGemm),
        new ColumnReader(
            AttentionKind, ["op_name", "batch_size", "isl", "num_heads", "num_key_value_heads", "head_dim", "step", "latency"], ReadAttention),
        new ColumnReader(ExpertKind, ["moe_dtype", "num_tokens", "num_experts", "topk", "moe_tp_size", "moe_ep_size", "latency"], ReadExperts),
        new ColumnReader("all-reduce (aiconfigurator)", ["allreduce_dtype", "num_gpus", "message_size", "latency"], ReadAllReduce),
        new ColumnReader("latent attention (aiconfigurator)", ["mla_dtype", "latency"], (table, _, reading) => Unused(table, reading, "latent attention")),
        new ColumnReader("collectives (aiconfigurator)", ["nccl_dtype", "latency"], (table, _, reading) => Unused(table, reading, "NCCL collectives")),
    ];

    private static void Unused(CsvTable table, SourceReading reading, string what)
    {
        reading.Note($"{table.File}: {what} of this table are not used.");
        reading.Add(new SourceSummary(table.File, what + " (aiconfigurator)", table.Rows.Count, 0, 0));
    }

    private static KernelLimits? LimitsOf(CsvTable table, CalibrationTarget target)
    {
        int device = table.IndexOf("device");
        string name = device >= 0 && table.Rows.Count > 0 ? table.Rows[0].Cells[device] : "";
        GpuSpec? gpu = NamedDevice(name, target.Catalog) ?? target.Gpu;
        return gpu is null ? null : new KernelLimits(gpu);
    }

    /// <summary>A device as its driver names it, such as <c>NVIDIA H100 80GB HBM3</c>.</summary>
    private static GpuSpec? NamedDevice(string name, PerformanceCatalog catalog)
    {
        string shorter = name.StartsWith("NVIDIA ", StringComparison.OrdinalIgnoreCase) ? name[7..] : name;
        GpuSpec? found = catalog.FindGpu(name) ?? catalog.FindGpu(shorter);
        string id = shorter switch
        {
            "H100 80GB HBM3" => "h100-sxm-80gb",
            "A100-SXM4-80GB" => "a100-sxm-80gb",
            _ => shorter,
        };
        return found ?? catalog.FindGpu(id);
    }

    private static void ReadGemm(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        KernelLimits? limits = LimitsOf(table, target);
        var impossible = new ImpossibleRows(table.File, target, reading);
        string wanted = target.Weights is WeightFormat.Fp8 ? "fp8" : "bfloat16";
        Dictionary<(long N, long K), List<(double At, double Seconds)>> shapes = [];
        int used = 0;
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            (long m, long n, long k) = (row.Whole("m", 1, Most), row.Whole("n", 1, Most), row.Whole("k", 1, Most));
            double seconds = row.Seconds("latency", Millisecond);
            string format = row.Text("gemm_dtype");
            if (!row.Good)
            {
                continue;
            }

            double bytes = BytesOf(format) * (((double)m * k) + ((double)n * k));
            if (impossible.Reject(line, limits?.WhyImpossible(bytes, 2.0 * m * n * k, format, seconds)) || format != wanted)
            {
                continue;
            }

            used++;
            if (!shapes.TryGetValue((n, k), out List<(double At, double Seconds)>? points))
            {
                shapes.Add((n, k), points = []);
            }

            points.Add((m, seconds));
        }

        impossible.Close();
        reading.Add(new SourceSummary(table.File, GemmKind, table.Rows.Count, used, impossible.Impossible));
        if (target.Model is not null && shapes.Count > 0 && DenseTables.IsFirst(table.File, reading))
        {
            AddProducts(table.File, new GemmTable(shapes), target, reading);
        }
    }

    private static void AddProducts(string file, GemmTable gemm, CalibrationTarget target, SourceReading reading)
    {
        ModelArchitecture model = target.Model!.Architecture;
        if (model.LatentAttention is not null || model.LinearAttention is not null || model.StateSpace is not null)
        {
            reading.Problem(file, 0, "", $"{target.Model.Id} is no plain transformer of grouped attention: its products cannot be listed");
            return;
        }

        int split = target.TensorParallel;
        int keyValueHeads = Math.Max(1, model.KvHeads / split);
        long query = (long)model.AttentionHeads * model.HeadDim / split;
        List<(OperatorCurve Curve, double Times)> products =
        [
            (gemm.Curve(query + (2L * keyValueHeads * model.HeadDim), model.HiddenSize), model.AttentionLayers),
            (gemm.Curve(model.HiddenSize, query), model.AttentionLayers),
        ];
        if (model.DenseMlpLayers > 0)
        {
            long inner = model.IntermediateSize / split;
            products.Add((gemm.Curve((model.GatedMlp ? 2 : 1) * inner, model.HiddenSize), model.DenseMlpLayers));
            products.Add((gemm.Curve(model.HiddenSize, inner), model.DenseMlpLayers));
        }

        if (model.Experts is ExpertLayers experts)
        {
            products.Add((gemm.Curve(experts.Routed, model.HiddenSize), experts.Layers));
            if (experts.SharedIntermediateSize > 0)
            {
                long shared = experts.SharedIntermediateSize / split;
                products.Add((gemm.Curve(2 * shared, model.HiddenSize), experts.Layers));
                products.Add((gemm.Curve(model.HiddenSize, shared), experts.Layers));
            }
        }

        reading.Operators.AddDense(file, products);
        reading.Operators.AddPerSequence(gemm.Curve(model.VocabularySize / split, model.HiddenSize));
        reading.Note($"{file}: norms, rotary embedding and activations are in no table and are left out.");
    }

    private static void ReadAttention(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        KernelLimits? limits = LimitsOf(table, target);
        var impossible = new ImpossibleRows(table.File, target, reading);
        SortedSet<string> heads = new(StringComparer.Ordinal);
        int used = 0;
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            long batch = row.Whole("batch_size", 1, Most);
            long prompt = row.Whole("isl", 1, Most);
            long step = row.Whole("step", 0, Most);
            long queryHeads = row.Whole("num_heads", 1, 100_000);
            long keyValueHeads = row.Whole("num_key_value_heads", 0, 100_000);
            long width = row.Whole("head_dim", 1, 100_000);
            double seconds = row.Seconds("latency", Millisecond);
            double window = row.OptionalNumber("window_size") ?? 0;
            if (!row.Good)
            {
                continue;
            }

            bool decode = row.Text("op_name").StartsWith("generation", StringComparison.Ordinal);
            double seen = window > 0 ? Math.Min(window, prompt + step) : prompt + step;
            double bytes = BytesOf(row.Text("kv_cache_dtype")) * 2 * batch * seen * (keyValueHeads == 0 ? queryHeads : keyValueHeads) * width;
            double pairs = decode || window > 0 ? 0 : batch * prompt * (step + (prompt / 2.0));
            string? reason = limits?.WhyImpossible(bytes, 4.0 * queryHeads * width * pairs, row.Text("attn_dtype"), seconds);
            bool judged = decode ? bytes > KernelLimits.LeastBytes : limits is not null;
            if (impossible.Reject(line, reason, judged))
            {
                continue;
            }

            heads.Add($"{queryHeads}/{keyValueHeads} of {width}");
            if (window == 0 && IsWanted(row, queryHeads, keyValueHeads, width, target))
            {
                used++;
                reading.Operators.AddAttention(decode
                    ? new AttentionPoint(0, 0, 0, batch, prompt + step, seconds, table.File, line)
                    : new AttentionPoint(batch * prompt, batch, step, 0, 0, seconds, table.File, line));
            }
        }

        impossible.Close();
        reading.Add(new SourceSummary(table.File, AttentionKind, table.Rows.Count, used, impossible.Impossible));
        if (used == 0 && target.Model is not null)
        {
            ModelArchitecture model = target.Model.Architecture;
            reading.Problem(table.File, 0, "num_heads", $"no usable row has the {model.AttentionHeads}/{model.KvHeads} heads of {model.HeadDim}"
                + $" of {target.Model.Id} over {target.TensorParallel} GPUs; there are {string.Join(", ", heads.Take(6))} …");
        }
    }

    private static bool IsWanted(CsvCells row, long queryHeads, long keyValueHeads, long width, CalibrationTarget target)
    {
        if (target.Model?.Architecture is not { } model)
        {
            return false;
        }

        string cache = target.Kv.BitsPerElement == 16 ? "bfloat16" : "fp8";
        int split = target.TensorParallel;
        return queryHeads * split == model.AttentionHeads
            && (keyValueHeads == 0 ? queryHeads : keyValueHeads) == Math.Max(1, model.KvHeads / split)
            && width == model.HeadDim
            && row.Text("kv_cache_dtype") == cache
            && row.Text("attn_dtype") is "bfloat16" or "float16";
    }

    private static void ReadExperts(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        ExpertLayers? experts = target.Model?.Architecture.Experts;
        string[] formats = target.Weights is WeightFormat.Fp8 ? ["fp8_block", "fp8"] : ["bfloat16", "float16"];
        List<(string Format, string Routing, double Tokens, double Seconds)> points = [];
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            long tokens = row.Whole("num_tokens", 1, Most);
            double seconds = row.Seconds("latency", Millisecond);
            if (row.Good && experts is not null && formats.Contains(row.Text("moe_dtype")) && IsOf(row, experts, target))
            {
                points.Add((row.Text("moe_dtype"), row.Text("distribution"), tokens, seconds));
            }
        }

        reading.Add(new SourceSummary(table.File, ExpertKind, table.Rows.Count, points.Count, 0));
        if (points.Count == 0)
        {
            reading.Note($"{table.File}: no row is of the experts of the model in {formats[0]}; not used.");
            return;
        }

        string format = formats.First(name => points.Exists(point => point.Format == name));
        string routing = points.Exists(point => point.Routing == "balanced") ? "balanced" : points[0].Routing;
        var curve = new OperatorCurve(
            points.Where(point => point.Format == format && point.Routing == routing).Select(point => (point.Tokens, point.Seconds)));
        reading.Operators.SetExperts(curve.At);
    }

    private static bool IsOf(CsvCells row, ExpertLayers experts, CalibrationTarget target) =>
        row.OptionalNumber("num_experts") == experts.Routed
        && row.OptionalNumber("topk") == experts.PerToken
        && row.OptionalNumber("inter_size") == experts.IntermediateSize
        && row.OptionalNumber("hidden_size") == target.Model!.Architecture.HiddenSize
        && row.OptionalNumber("moe_tp_size") == target.TensorParallel
        && row.OptionalNumber("moe_ep_size") == 1;

    /// <summary>Messages are counted in elements; the graph form is the one a captured step replays.</summary>
    private static void ReadAllReduce(CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        List<(double At, double Seconds)> points = [];
        foreach ((int line, string[] cells) in table.Rows)
        {
            var row = new CsvCells(table, line, cells, reading);
            long elements = row.Whole("message_size", 1, Most * 1_000);
            double seconds = row.Seconds("latency", Millisecond);
            if (row.Good && row.OptionalNumber("num_gpus") == target.TensorParallel && row.Text("backend") is "" or "vllm_graph")
            {
                points.Add((elements, seconds));
            }
        }

        reading.Add(new SourceSummary(table.File, "all-reduce (aiconfigurator)", table.Rows.Count, points.Count, 0));
        if (points.Count > 0 && target.Model is not null)
        {
            var curve = new OperatorCurve(points);
            int width = target.Model.Architecture.HiddenSize;
            reading.Operators.SetAllReduce(tokens => curve.At(tokens * width));
        }
    }

    private static double BytesOf(string format) => format switch
    {
        "bfloat16" or "float16" or "half" => 2,
        "nvfp4" or "mxfp4" or "int4_wo" or "w4a16_mxfp4" => 0.5,
        _ => 1,
    };
}

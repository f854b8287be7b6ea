using Plimsoll.Calibration.Replay;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Replays;

/// <summary>
/// One run of an engine, request by request: a folder <c>GPU/MODEL</c> with <c>requests.jsonl</c> (stamps) and <c>meta.json</c> (settings).
/// What an engine has a default for may be missing from the settings.
/// </summary>
public sealed record ReplayLog
{
    private const int DefaultBlockTokens = 16;
    private const double DefaultMemoryUtilization = 0.9;

    /// <summary>The folders it lies in: data set, GPU, model and what tells runs of one model apart.</summary>
    public required string Name { get; init; }

    /// <summary>Folders between the data set and the run's files, from above: one of them names the GPU, as a rule the first.</summary>
    public IReadOnlyList<string> Folders => [.. Name.Split('/').Skip(1)];

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Release of the engine.</summary>
    public required string Version { get; init; }

    /// <summary>GPUs that share each rank's weights.</summary>
    public required int TensorParallel { get; init; }

    /// <summary>Ranks.</summary>
    public required int DataParallel { get; init; }

    /// <summary>Whether experts are spread over the ranks.</summary>
    public required bool ExpertParallel { get; init; }

    /// <summary>Stages that the layers are spread over.</summary>
    public required int PipelineParallel { get; init; }

    /// <summary>Most requests in the batch of a rank; null for the engine's default.</summary>
    public required int? MaxSequences { get; init; }

    /// <summary>Most new tokens in a step of a rank; null for the engine's default.</summary>
    public required int? TokenBudget { get; init; }

    /// <summary>Tokens in a KV block.</summary>
    public required int BlockTokens { get; init; }

    /// <summary>Share of the memory that the engine may use.</summary>
    public required double MemoryUtilization { get; init; }

    /// <summary>How keys and values are stored, as the engine calls it; empty or <c>auto</c> for as the model computes.</summary>
    public required string KvFormat { get; init; }

    /// <summary>How weights are stored, as the engine calls it; empty for as the model ships.</summary>
    public required string Quantization { get; init; }

    /// <summary>In order of arrival, all on the engine's clock.</summary>
    public required IReadOnlyList<MeasuredRequest> Requests { get; init; }

    /// <summary>When the engine admitted each of them, on the same clock; not a number where it does not say.</summary>
    public required IReadOnlyList<double> AdmittedSeconds { get; init; }

    /// <summary>Reads a run; null when something is wrong with it.</summary>
    public static ReplayLog? Read(MeasuredFile requests, MeasuredFile? settings, double frontEndSeconds, List<InputProblem> problems)
    {
        int before = problems.Count;
        if (settings is null)
        {
            problems.Add(new InputProblem(requests.Folder + "/meta.json", 0, "", "is missing: it says how the engine was run"));
            return null;
        }

        JsonFields? meta = JsonFields.Whole(settings, problems);
        JsonFields? engine = meta?.Object("engine_kwargs");
        List<Stamps> stamps = [.. JsonFields.Lines(requests, problems).Select(fields => Stamps.From(fields))];
        if (stamps.Count < 2)
        {
            problems.Add(new InputProblem(requests.Path, 0, "", "holds fewer than two requests"));
        }

        if (meta is null || engine is null)
        {
            return null;
        }

        List<(MeasuredRequest Request, double Admitted)> sorted = OnOneClock(stamps, frontEndSeconds);
        var log = new ReplayLog
        {
            Name = requests.Folder,
            Model = engine.Text("model") is { Length: > 0 } model ? model : meta.Text("model"),
            Version = meta.Text("vllm_version"),
            TensorParallel = engine.OptionalWhole("tensor_parallel_size", 1) ?? 1,
            DataParallel = engine.OptionalWhole("data_parallel_size", 1) ?? 1,
            PipelineParallel = engine.OptionalWhole("pipeline_parallel_size", 1) ?? 1,
            ExpertParallel = engine.Flag("enable_expert_parallel"),
            MaxSequences = engine.OptionalWhole("max_num_seqs", 1),
            TokenBudget = engine.OptionalWhole("max_num_batched_tokens", 1),
            BlockTokens = engine.OptionalWhole("block_size", 1) ?? DefaultBlockTokens,
            MemoryUtilization = engine.OptionalNumber("gpu_memory_utilization") ?? DefaultMemoryUtilization,
            KvFormat = engine.Text("kv_cache_dtype"),
            Quantization = engine.Text("quantization"),
            Requests = [.. sorted.Select(each => each.Request)],
            AdmittedSeconds = [.. sorted.Select(each => each.Admitted)],
        };
        return problems.Count > before ? null : log;
    }

    // Arrivals are on the wall clock, stamps on the engine's. The request that came through fastest took the front end's time.
    private static List<(MeasuredRequest Request, double Admitted)> OnOneClock(List<Stamps> stamps, double frontEndSeconds)
    {
        double offset = stamps.Select(each => each.Arrival - each.Queued).DefaultIfEmpty(0).Max() + frontEndSeconds;
        return [.. stamps
            .Select(each => (new MeasuredRequest(each.Arrival - offset, each.Prompt, each.Output, each.First, each.Last), each.Admitted))
            .OrderBy(each => each.Item1.ArrivalSeconds)];
    }

    private readonly record struct Stamps(double Arrival, double Queued, double Admitted, double First, double Last, int Prompt, int Output)
    {
        public static Stamps From(JsonFields fields)
        {
            var stamps = new Stamps(
                fields.Number("arrival_time", 0),
                fields.Number("queued_ts", 0),
                fields.OptionalNumber("scheduled_ts") ?? double.NaN,
                fields.Number("first_token_ts", 0),
                fields.Number("last_token_ts", 0),
                fields.Whole("input_toks", 1),
                fields.Whole("output_toks", 1));
            if (stamps.First < stamps.Queued || stamps.Last < stamps.First)
            {
                fields.Report("first_token_ts", "stamps must be in order: queued_ts, first_token_ts, last_token_ts");
            }

            return stamps;
        }
    }
}

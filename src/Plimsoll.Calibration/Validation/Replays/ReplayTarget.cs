using Plimsoll.Calibration.Replay;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Calibration.Validation.Replays;

/// <summary>What served a run, as far as the catalogue knows it: the engine always, its roofline where GPU and model are known.</summary>
/// <param name="Engine">The engine, with the memory that the catalogue gives it.</param>
/// <param name="Gpu">Null when it is not in the catalogue.</param>
/// <param name="Model">Null when it is not in the catalogue.</param>
/// <param name="Roofline">Null, with a problem, when there is none.</param>
/// <param name="Problem">Why there is no roofline; empty when there is one.</param>
internal sealed record ReplayTarget(ReplayEngine Engine, GpuSpec? Gpu, ModelSpec? Model, RooflineInputs? Roofline, string Problem)
{
    private const long LargeDeviceBytes = 70L << 30;

    private const string StandInGpu = "b200-sxm-180gb";
    private const string StandInModel = "llama-3.1-8b";
    private const string StandInExperts = "qwen3-30b-a3b";
    private const int StandInRounds = 8;
    private const int StandInSequences = 8;
    private const long StandInContext = 512;
    private const double MostSlower = 1e3;

    /// <summary>Finds it by the names of folders, settings and model.</summary>
    public static ReplayTarget Of(ReplayLog log, PerformanceCatalog catalog, double frontEndSeconds)
    {
        GpuSpec? gpu = log.Folders.Select(folder => KnownNames.Gpu(catalog, folder)).FirstOrDefault(found => found is not null);
        ModelSpec? model = KnownNames.Model(catalog, log.Model);
        ReplayEngine engine = EngineOf(log, gpu, frontEndSeconds);
        if (gpu is null || model is null)
        {
            string unknown = gpu is not null ? log.Model : log.Folders is [string above, ..] ? above : "its GPU";
            return new ReplayTarget(engine, gpu, model, null, $"{unknown} is not in the catalogue");
        }

        if (WeightsOf(log, model) is not { } weights)
        {
            return new ReplayTarget(engine, gpu, model, null, $"weights in '{log.Quantization}' are not known");
        }

        if (log.PipelineParallel > 1)
        {
            return new ReplayTarget(engine, gpu, model, null, "pipeline parallelism is not modelled");
        }

        KvFormat cache = CacheOf(log);
        var inputs = new RooflineInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = weights,
            KvFormat = cache,
            TensorParallel = log.TensorParallel,
            ExpertRanks = log.ExpertParallel ? log.DataParallel : 1,
            MixedContextPenalty = KnownKernels.MixedContextPenalty(gpu),
            Graphs = new CapturedGraphs(engine.Rules.GraphTokens),
        };
        if (inputs.Problems() is { Count: > 0 } problems)
        {
            return new ReplayTarget(engine, gpu, model, null, problems[0]);
        }

        var budget = KvSizing.Compute(new KvSizingInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = weights,
            KvFormat = cache,
            TensorParallel = log.TensorParallel,
            MemoryUtilization = log.MemoryUtilization,
            MaxSequences = engine.Rules.MaxSequences,
            TokenBudget = engine.Rules.TokenBudget,
            BlockTokens = log.BlockTokens,
        });
        return new ReplayTarget(budget.IsFeasible ? engine with { KvBlocks = budget.Blocks } : engine, gpu, model, inputs, "");
    }

    /// <summary>
    /// What stands for an engine whose GPU or model is not known: what is known of the two, and for the rest shapes that are common, at
    /// rates with which a token takes as long as measured where little else is running. A fit finds the rates; the shape is a roofline's.
    /// </summary>
    /// <param name="log">The run.</param>
    /// <param name="catalog">The catalogue.</param>
    /// <param name="tokenSeconds">Time of a token where little else is running.</param>
    public RooflineInputs StandIn(ReplayLog log, PerformanceCatalog catalog, double tokenSeconds)
    {
        var known = new RooflineInputs
        {
            Gpu = catalog.FindGpu(StandInGpu)!,
            Model = (Model ?? catalog.FindModel(log.ExpertParallel ? StandInExperts : StandInModel)!).Architecture,
            WeightFormat = WeightFormat.Bf16,
            TensorParallel = log.TensorParallel,
            ExpertRanks = log.ExpertParallel ? log.DataParallel : 1,
            Graphs = new CapturedGraphs(Engine.Rules.GraphTokens),
        };
        RooflineInputs whole = known.Problems().Count == 0 ? known : known with { TensorParallel = 1, ExpertRanks = 1 };
        double slower = 1;
        for (int k = 0; k < StandInRounds && slower < MostSlower; k++)
        {
            var few = new BatchShape(0, 0, 0, StandInSequences, StandInSequences * StandInContext);
            slower *= tokenSeconds / (At(whole, slower).StepPicoseconds(few) / 1e12);
        }

        return Slower(whole, Math.Clamp(slower, 1, MostSlower));
    }

    private static RooflineStepTime At(RooflineInputs inputs, double slower) => new(Slower(inputs, Math.Clamp(slower, 1, MostSlower)));

    private static RooflineInputs Slower(RooflineInputs inputs, double slower) => inputs with
    {
        ComputeEfficiency = RooflineInputs.DefaultEfficiency / slower,
        WeightReadEfficiency = RooflineInputs.DefaultEfficiency / slower,
        KvReadEfficiency = RooflineInputs.DefaultKvReadEfficiency / slower,
        PrefillAttentionEfficiency = RooflineInputs.DefaultPrefillAttentionEfficiency / slower,
    };

    private static ReplayEngine EngineOf(ReplayLog log, GpuSpec? gpu, double frontEndSeconds)
    {
        bool large = gpu is null || (gpu.Memory.UsableBytes >= LargeDeviceBytes && !gpu.Id.StartsWith("a100", StringComparison.Ordinal));
        return new ReplayEngine
        {
            Rules = KnownRules.Of(log.Version, "vllm").Plan(new EngineOverrides
            {
                MaxSequences = log.MaxSequences,
                TokenBudget = log.TokenBudget,
                LargeDevice = large,
            }),
            BlockTokens = log.BlockTokens,
            Ranks = log.DataParallel,
            Lockstep = log.DataParallel > 1 && log.ExpertParallel,
            FrontEndSeconds = frontEndSeconds,
        };
    }

    // What the engine was told, else what the name says, else what the makers ship.
    private static WeightFormat? WeightsOf(ReplayLog log, ModelSpec model)
    {
        string said = log.Quantization.ToLowerInvariant();
        string name = log.Model.ToLowerInvariant();
        return said.Length > 0 ? FormatIn(said) : FormatIn(name) ?? model.NativeWeights;
    }

    private static WeightFormat? FormatIn(string text)
    {
        (string Word, WeightFormat Format)[] words =
        [
            ("nvfp4", WeightFormat.Nvfp4), ("modelopt_fp4", WeightFormat.Nvfp4), ("mxfp4", WeightFormat.Mxfp4), ("fp4", WeightFormat.Nvfp4),
            ("fp8", WeightFormat.Fp8), ("w8a8", WeightFormat.Int8), ("int8", WeightFormat.Int8),
            ("w4a16", WeightFormat.Int4), ("awq", WeightFormat.Int4), ("gptq", WeightFormat.Int4), ("int4", WeightFormat.Int4),
        ];
        foreach ((string word, WeightFormat format) in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
            {
                return format;
            }
        }

        return null;
    }

    // fp8_e4m3 and its like are 8 bit; what is not known takes what models compute in.
    private static KvFormat CacheOf(ReplayLog log) => log.KvFormat.StartsWith("fp8", StringComparison.OrdinalIgnoreCase)
        ? KvFormat.Fp8
        : KvFormat.Find(log.KvFormat) ?? KvFormat.SixteenBit;
}

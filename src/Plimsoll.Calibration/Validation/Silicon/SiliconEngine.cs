using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Calibration.Validation.Silicon;

/// <summary>The simulated engine of a served configuration, from the catalogue alone; or why there is none.</summary>
/// <param name="Replica">The engine; null when it cannot be predicted.</param>
/// <param name="Problem">Why not; empty when it can.</param>
internal readonly record struct SiliconEngine(ReplicaConfiguration? Replica, string Problem)
{
    private const long LargeDeviceBytes = 70L << 30;
    private const int MostSplit = 8;
    private const string NewestModelled = "0.19";

    /// <summary>The engine of this configuration.</summary>
    public static SiliconEngine Of(SiliconRow row, PerformanceCatalog catalog)
    {
        if (KnownNames.Gpu(catalog, row.System) is not { } gpu)
        {
            return None($"GPU {row.System} is not in the catalogue");
        }

        if (KnownNames.Model(catalog, row.Model) is not { } model)
        {
            return None($"model {row.Model} is not in the catalogue");
        }

        if (WeightsOf(row, model) is not { } weights)
        {
            return None($"weights in '{row.Weights}' are not known");
        }

        if (row.Concurrency == 0 || row.TensorParallel == 0)
        {
            return None("requests in flight or GPUs are not stated");
        }

        if (row.TensorParallel > MostSplit)
        {
            return None($"attention over more than {MostSplit} GPUs: the column counts a deployment, and how it splits attention is not stated");
        }

        if (row.PipelineParallel > 1)
        {
            return None("pipeline parallelism is not modelled");
        }

        // Where attention is data parallel each rank is a replica of its own that shares the experts.
        var inputs = new RooflineInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = weights,
            TensorParallel = row.TensorParallel,
            ExpertRanks = row.AttentionRanks,
        };
        if (inputs.Problems() is { Count: > 0 } problems)
        {
            return None(problems[0]);
        }

        BatchingRules rules = RulesOf(row, gpu);
        KvBudget budget = KvSizing.Compute(new KvSizingInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = weights,
            TensorParallel = row.TensorParallel * row.AttentionRanks,
            MaxSequences = rules.MaxSequences,
            TokenBudget = rules.TokenBudget,
        });
        if (!budget.IsFeasible || budget.Blocks * budget.BlockTokens < row.PromptTokens + row.OutputTokens)
        {
            return None($"{row.Model} in {WeightFormats.NameOf(weights)} does not fit by the catalogue's sizes");
        }

        var stepTime = new RooflineStepTime(inputs with { Graphs = new CapturedGraphs(rules.GraphTokens) });
        return new SiliconEngine(new ReplicaConfiguration(rules, budget.Blocks, budget.BlockTokens, stepTime), "");
    }

    private static SiliconEngine None(string problem) => new(null, problem);

    // The scheduler of vLLM stands for the others' too: mixed steps, chunked prompts, the next step composed while one runs.
    private static BatchingRules RulesOf(SiliconRow row, GpuSpec gpu)
    {
        bool large = gpu.Memory.UsableBytes >= LargeDeviceBytes && !gpu.Id.StartsWith("a100", StringComparison.Ordinal);
        return KnownRules.Of(row.Backend == "vllm" ? row.Version : NewestModelled, "vllm:version=" + NewestModelled)
            .Plan(new EngineOverrides { LargeDevice = large, PrefixCaching = false });
    }

    private static WeightFormat? WeightsOf(SiliconRow row, ModelSpec model) => row.Weights switch
    {
        "" => row.Model.Contains("FP8", StringComparison.OrdinalIgnoreCase) ? WeightFormat.Fp8 : model.NativeWeights,
        "fp8" or "fp8_block" or "fp8_static" or "fp8_ootb" => WeightFormat.Fp8,
        "bf16" or "bfloat16" or "float16" or "fp16" => WeightFormat.Bf16,
        "int8" or "int8_wo" or "sq" => WeightFormat.Int8,
        "int4" or "int4_wo" or "int4_awq" or "w4a16_int4" => WeightFormat.Int4,
        // What its makers ship in 4 bit is what is served.
        "nvfp4" or "fp4" => model.NativeWeights == WeightFormat.Mxfp4 ? WeightFormat.Mxfp4 : WeightFormat.Nvfp4,
        "w4a16_mxfp4" or "mxfp4" => WeightFormat.Mxfp4,
        _ => null,
    };
}

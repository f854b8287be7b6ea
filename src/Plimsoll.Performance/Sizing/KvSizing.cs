using System.Globalization;
using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Sizing;

/// <summary>
/// Bytes per token to blocks per replica, the way vLLM counts: requested = ⌈total × utilization⌉; what is not KV is weights, logits,
/// activations and reserve; blocks = ⌊available / block⌋. An engine that reports its own number of blocks is right and this is not.
/// </summary>
public static class KvSizing
{
    /// <summary>Logits in 32 bit and one copy for the sampler.</summary>
    private const int LogitsCopies = 2;

    /// <summary>The budget of one GPU of the replica. What does not fit is a budget with a reason, not an error.</summary>
    public static KvBudget Compute(KvSizingInputs inputs)
    {
        ModelArchitecture model = inputs.Model;
        WeightBytes weights = WeightBytes.Of(ParameterCounts.Of(model), inputs.WeightFormat);
        KvLayout layout = KvLayout.Of(model, inputs.KvFormat, inputs.TensorParallel);
        var draft = new KvBudget
        {
            TotalBytes = inputs.Gpu.Memory.UsableBytes,
            RequestedBytes = (long)Math.Ceiling(inputs.Gpu.Memory.UsableBytes * inputs.MemoryUtilization),
            WeightBytes = DivideUp(weights.Total, inputs.TensorParallel),
            LogitsBytes = (long)LogitsCopies * inputs.MaxSequences * model.VocabularySize * sizeof(float),
            ActivationBytes = inputs.TokenBudget * ActivationBytesPerToken(model, inputs.TensorParallel),
            EngineReserveBytes = inputs.EngineReserveBytes,
            CollectiveBytes = inputs.CollectiveBytes,
            Layout = layout,
            BytesPerToken = CountedBytesPerToken(layout, inputs.MeanContextTokens),
            BlockTokens = inputs.BlockTokens,
            Blocks = 0,
            MaxSequencesByState = 0,
            InfeasibleReason = SplitProblem(model, inputs.TensorParallel),
        };
        return draft.IsFeasible ? Fill(draft) : draft;
    }

    /// <summary>
    /// Peak activations of a forward pass per token, 16 bit: the residual and its normalised copy, in and out; and the widest of
    /// attention (queries, keys, values, output), MLP (gate, up, product) and the routed experts of a token.
    /// </summary>
    public static long ActivationBytesPerToken(ModelArchitecture model, int tensorParallel)
    {
        long attention = model.LatentAttention is LatentAttention latent
            ? (long)model.AttentionHeads * ((2 * (latent.NopeHeadDim + latent.RopeHeadDim)) + (2 * latent.ValueHeadDim))
            : 2L * (model.AttentionHeads + model.KvHeads) * model.HeadDim;
        long mlp = 3L * model.IntermediateSize;
        long experts = model.Experts is ExpertLayers routed
            ? (routed.PerToken * ((3L * routed.IntermediateSize) + model.HiddenSize)) + (3L * routed.SharedIntermediateSize)
            : 0;
        long mixer = 4L * (model.StateSpace?.InnerSize ?? 0);
        long widest = Math.Max(Math.Max(attention, mlp), Math.Max(experts, mixer));
        return 2 * ((4L * model.HiddenSize) + DivideUp(widest, tensorParallel));
    }

    private static KvBudget Fill(KvBudget draft)
    {
        long available = draft.AvailableBytes;
        if (available <= 0)
        {
            string verdict = draft.WeightBytes > draft.RequestedBytes ? "the weights alone do not fit" : "nothing is left for the cache";
            return draft with
            {
                InfeasibleReason = $"{verdict}: of {Gib(draft.RequestedBytes)} usable per GPU the weights take {Gib(draft.WeightBytes)}"
                    + $" and activations, logits and reserves {Gib(draft.RequestedBytes - draft.WeightBytes - available)}",
            };
        }

        long blockBytes = draft.BytesPerToken * draft.BlockTokens;
        long blocks = blockBytes == 0 ? long.MaxValue / draft.BlockTokens : available / blockBytes;
        long state = draft.Layout.StateBytesPerSequence;
        long sequences = state == 0 ? long.MaxValue : available / state;
        return draft with
        {
            Blocks = blocks,
            MaxSequencesByState = sequences,
            InfeasibleReason = blocks > 0 && sequences > 0
                ? null
                : $"the {Gib(available)} left per GPU do not hold one block or one sequence",
        };
    }

    private static string? SplitProblem(ModelArchitecture model, int tensorParallel)
    {
        if (tensorParallel < 1 || (model.AttentionHeads > 0 && model.AttentionHeads % tensorParallel != 0))
        {
            return $"{model.AttentionHeads} attention heads cannot be split over {tensorParallel} GPUs";
        }

        bool divides = model.KvHeads == 0 || model.KvHeads % tensorParallel == 0 || tensorParallel % model.KvHeads == 0;
        return divides ? null : $"{model.KvHeads} KV heads can be neither split over {tensorParallel} GPUs nor repeated evenly";
    }

    private static long CountedBytesPerToken(in KvLayout layout, long meanContextTokens) => meanContextTokens <= 0
        ? layout.BytesPerToken
        : DivideUp(layout.BytesOfSequence(meanContextTokens) - layout.StateBytesPerSequence, meanContextTokens);

    private static string Gib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}

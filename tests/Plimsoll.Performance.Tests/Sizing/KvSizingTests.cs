using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Performance.Tests.Sizing;

public sealed class KvSizingTests
{
    private const long Gib = 1L << 30;

    private static ModelArchitecture Model(string id) => CatalogReader.BuiltIn.FindModel(id)!.Architecture;

    private static KvSizingInputs OnH100(string model) => new()
    {
        Gpu = CatalogReader.BuiltIn.FindGpu("h100")!,
        Model = Model(model),
        WeightFormat = WeightFormat.Bf16,
    };

    [Theory]
    [InlineData("llama-3-8b", 128 * 1024)]
    [InlineData("llama-2-70b", 320 * 1024)]
    [InlineData("llama-2-7b", 512 * 1024)]
    [InlineData("llama-2-13b", 800 * 1024)]
    [InlineData("deepseek-v3", 70_272)]
    public void Bytes_per_token_are_exact(string id, long bytes) =>
        Assert.Equal(bytes, KvLayout.Of(Model(id), KvFormat.SixteenBit, 1).BytesPerToken);

    [Theory]
    [InlineData("int8", 1.88)]
    [InlineData("int4:64", 3.56)]
    [InlineData("int2:32", 5.33)]
    [InlineData("fp8", 2.0)]
    public void Quantised_caches_hold_that_many_times_the_tokens(string format, double factor)
    {
        var wide = KvLayout.Of(Model("llama-3-8b"), KvFormat.SixteenBit, 1);
        var narrow = KvLayout.Of(Model("llama-3-8b"), KvFormat.Find(format)!.Value, 1);
        Assert.Equal(factor, wide.BytesPerToken / (double)narrow.BytesPerToken, 0.005);
    }

    [Theory]
    [InlineData("auto", 16, 0)]
    [InlineData("FP16", 16, 0)]
    [InlineData("int4", 4, 64)]
    [InlineData("int4:128", 4, 128)]
    public void Formats_are_found(string text, int bits, int group) => Assert.Equal(new KvFormat(bits, group), KvFormat.Find(text));

    [Theory]
    [InlineData("int3")]
    [InlineData("fp8:64")]
    [InlineData("int4:7")]
    [InlineData("int4:64:64")]
    [InlineData("")]
    public void Other_formats_are_not(string text) => Assert.Null(KvFormat.Find(text));

    [Theory]
    [InlineData("llama-3.1-70b", 1, 327_680)]
    [InlineData("llama-3.1-70b", 4, 81_920)]
    [InlineData("llama-3.1-70b", 8, 40_960)]
    [InlineData("llama-3.1-70b", 16, 40_960)] // heads are repeated
    [InlineData("deepseek-v3", 8, 70_272)] // a latent is never divided
    public void Tensor_parallelism_divides_the_cache_up_to_the_kv_heads(string id, int gpus, long bytesPerGpu) =>
        Assert.Equal(bytesPerGpu, KvLayout.Of(Model(id), KvFormat.SixteenBit, gpus).BytesPerToken);

    [Theory]
    [InlineData("mistral-7b-v0.1", 0, 131_072, 536_870_912)]
    [InlineData("gemma-3-4b", 20_480, 118_784, 121_634_816)]
    [InlineData("gpt-oss-20b", 24_576, 24_576, 3_145_728)]
    [InlineData("llama-4-scout", 49_152, 147_456, 1_207_959_552)]
    public void Windowed_layers_stop_growing(string id, long global, long windowed, long cap)
    {
        var layout = KvLayout.Of(Model(id), KvFormat.SixteenBit, 1);
        Assert.Equal(global, layout.GlobalBytesPerToken);
        Assert.Equal(windowed, layout.WindowedBytesPerToken);
        Assert.Equal((global * 1_000_000) + cap, layout.BytesOfSequence(1_000_000));
        Assert.Equal((global + windowed) * 100, layout.BytesOfSequence(100));
    }

    [Fact]
    public void The_bytes_of_a_sequence_equal_a_count_layer_by_layer() => Prop.ForAll(
        Gen.Choose(0, 20_000).ToArbitrary(),
        Gen.Elements(CatalogReader.BuiltIn.Models.ToArray()).ToArbitrary(),
        (tokens, model) =>
        {
            ModelArchitecture shape = model.Architecture;
            long perLayer = shape.LatentAttention is LatentAttention latent
                ? 2L * (latent.KvLoraRank + latent.RopeHeadDim)
                : 4L * shape.KvHeads * shape.HeadDim;
            long index = shape.SparseAttention is null ? 0 : shape.SparseAttention.IndexHeadDim + 4;
            long expected = 0;
            for (int layer = 0; layer < shape.AttentionLayers; layer++)
            {
                long kept = layer < (shape.Window?.Layers ?? 0) ? Math.Min(tokens, shape.Window!.Tokens) : tokens;
                expected += kept * (perLayer + index);
            }

            var layout = KvLayout.Of(shape, KvFormat.SixteenBit, 1);
            return layout.BytesOfSequence(tokens) - layout.StateBytesPerSequence == expected;
        }).QuickCheckThrowOnFailure();

    /// <summary>A public engine log (vLLM, 8,192-token budget, 256 sequences, 79.22 GiB): weights 14.96 GiB, cache 53.29 GiB.</summary>
    [Fact]
    public void A_logged_budget_is_met_within_three_percent()
    {
        KvBudget budget = KvSizing.Compute(OnH100("llama-3-8b") with { TokenBudget = 8_192 });

        Assert.True(budget.IsFeasible);
        Assert.Equal(14.96, budget.WeightBytes / (double)Gib, 0.01);
        Assert.InRange(budget.AvailableBytes / (53.29 * Gib), 0.97, 1.03);
        Assert.Equal(budget.AvailableBytes / (131_072 * 16), budget.Blocks);
        Assert.Equal(budget.Blocks * 16, budget.Tokens);
    }

    [Fact]
    public void Every_term_is_listed_and_they_add_up()
    {
        KvSizingInputs inputs = OnH100("llama-3.1-70b") with
        {
            WeightFormat = WeightFormat.Fp8,
            KvFormat = KvFormat.Fp8,
            TensorParallel = 2,
            MaxSequences = 128,
        };
        KvBudget budget = KvSizing.Compute(inputs);

        Assert.Equal((long)Math.Ceiling(inputs.Gpu.Memory.UsableBytes * 0.9), budget.RequestedBytes);
        Assert.Equal(2L * 128 * 128_256 * 4, budget.LogitsBytes);
        Assert.Equal(358_612_992, budget.CollectiveBytes);
        Assert.Equal(
            budget.RequestedBytes,
            budget.WeightBytes + budget.LogitsBytes + budget.ActivationBytes
                + budget.EngineReserveBytes + budget.CollectiveBytes + budget.AvailableBytes);
        Assert.Equal(327_680 / 2 / 2, budget.BytesPerToken);
    }

    [Fact]
    public void A_larger_token_budget_costs_cache()
    {
        KvSizingInputs small = OnH100("llama-3-8b");
        Assert.True(KvSizing.Compute(small).Tokens > KvSizing.Compute(small with { TokenBudget = 16_384 }).Tokens);
        Assert.True(KvSizing.Compute(small).Tokens > KvSizing.Compute(small with { MaxSequences = 1_024 }).Tokens);
    }

    [Fact]
    public void What_does_not_fit_is_a_value_with_its_reason()
    {
        KvBudget budget = KvSizing.Compute(OnH100("llama-3.1-70b"));
        Assert.False(budget.IsFeasible);
        Assert.Equal(0, budget.Tokens);
        Assert.StartsWith(
            "the weights alone do not fit: of 71.2 GiB usable per GPU the weights take 131.4 GiB",
            budget.InfeasibleReason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama-3.1-8b", 3, "32 attention heads cannot be split over 3 GPUs")]
    [InlineData("phi-4", 4, "10 KV heads can be neither split over 4 GPUs nor repeated evenly")]
    public void Heads_must_split(string id, int gpus, string reason) =>
        Assert.Equal(reason, KvSizing.Compute(OnH100(id) with { TensorParallel = gpus }).InfeasibleReason);

    [Fact]
    public void Constant_states_bound_the_sequences()
    {
        KvBudget mamba = KvSizing.Compute(OnH100("falcon-mamba-7b"));
        Assert.Equal(mamba.AvailableBytes / 36_700_160, mamba.MaxSequencesByState);
        Assert.True(mamba.Tokens > 1L << 60);

        KvBudget llama = KvSizing.Compute(OnH100("llama-3-8b"));
        Assert.Equal(long.MaxValue, llama.MaxSequencesByState);
    }

    [Fact]
    public void Freeing_behind_windows_makes_room()
    {
        KvSizingInputs inputs = OnH100("gemma-3-27b");
        KvBudget kept = KvSizing.Compute(inputs);
        KvBudget freed = KvSizing.Compute(inputs with { MeanContextTokens = 16_384 });
        Assert.Equal(507_904, kept.BytesPerToken);
        Assert.Equal(81_920 + (425_984 / 16), freed.BytesPerToken);
        Assert.True(freed.Tokens > 4 * kept.Tokens);
    }
}

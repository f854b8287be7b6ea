using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

public sealed class RooflineTests
{
    private static readonly SizeClassConstants Nothing = SizeClassConstants.Same(0);

    private static RooflineInputs Inputs(string model, string gpu, int tensorParallel = 1, WeightFormat? weights = null)
    {
        ModelSpec spec = CatalogReader.BuiltIn.FindModel(model)!;
        return new RooflineInputs
        {
            Model = spec.Architecture,
            Gpu = CatalogReader.BuiltIn.FindGpu(gpu)!,
            TensorParallel = tensorParallel,
            WeightFormat = weights ?? spec.NativeWeights,
        };
    }

    private static double DecodeMilliseconds(RooflineInputs inputs, int sequences, long contextEach) =>
        LineContract.Decode(new RooflineStepTime(inputs), sequences, sequences * contextEach) * 1e-9;

    private static double PrefillMilliseconds(RooflineInputs inputs, long tokens) =>
        new RooflineStepTime(inputs).StepPicoseconds(new BatchShape(tokens, 1, tokens * tokens, 0, 0)) * 1e-9;

    /// <summary>
    /// Measured batch-1 decodes of 7 to 8 billion parameters: byte floor plus one constant, on both ends of the range of GPUs.
    /// </summary>
    [Theory]
    [InlineData("l4", 62.7)]
    [InlineData("h100", 16.8)]
    public void One_constant_explains_a_slow_and_a_fast_gpu(string gpu, double measuredMilliseconds)
    {
        RooflineInputs ideal = Inputs("qwen2.5-7b", gpu) with
        {
            Fixed = SizeClassConstants.Same(0.012),
            LayerSeconds = 0,
            ComputeEfficiency = 1,
            WeightReadEfficiency = 1,
            KvReadEfficiency = 1,
        };
        Assert.InRange(DecodeMilliseconds(ideal, 1, 8_192) / measuredMilliseconds, 0.95, 1.05);
    }

    [Fact]
    public void Ranks_that_share_experts_read_a_part_each_and_exchange_tokens()
    {
        RooflineInputs own = Inputs("qwen3-30b-a3b", "h100");

        // Of 256 sequences every expert is touched: half of their read is saved, less the exchange; what is not experts stays.
        double alone = DecodeMilliseconds(own, 256, 1_024);
        double shared = DecodeMilliseconds(own with { ExpertRanks = 2 }, 256, 1_024);

        Assert.InRange(alone - shared, 7, 11);
        Assert.Contains(
            "the ranks that share experts must be at least 1", (own with { ExpertRanks = 0 }).Problems());
    }

    [Fact]
    public void Nvfp4_computes_in_four_bit_only_where_the_gpu_can()
    {
        ParameterCounts counts = ParameterCounts.Of(CatalogReader.BuiltIn.FindModel("deepseek-r1")!.Architecture);
        Assert.Equal(9 * counts.RoutedExperts / 16, WeightBytes.Of(counts, WeightFormat.Nvfp4).RoutedExperts);

        Assert.True(Prefill("b200", WeightFormat.Nvfp4) < 0.8 * Prefill("b200", WeightFormat.Fp8));
        Assert.True(Prefill("h100", WeightFormat.Nvfp4) > 1.2 * Prefill("h100", WeightFormat.Fp8));

        static double Prefill(string gpu, WeightFormat weights) =>
            PrefillMilliseconds(Inputs("llama-3.1-70b", gpu, 4, weights), 8_192);
    }

    /// <summary>The whole step as one sum, recomputed here in floating point.</summary>
    [Fact]
    public void The_terms_add_up_for_a_plain_dense_model()
    {
        RooflineInputs inputs = Inputs("llama-3.1-8b", "h100") with
        {
            Fixed = SizeClassConstants.Same(1e-3),
            LayerSeconds = 1e-5,
            ComputeEfficiency = 0.5,
            WeightReadEfficiency = 0.5,
            KvReadEfficiency = 0.25,
            PrefillAttentionEfficiency = 0.2,
        };
        const double Bandwidth = 3.35e12 * 0.5;
        double rate = inputs.Gpu.Compute.Bf16!.Value * 0.5;
        const double Head = 4096.0 * 128_256;
        const double Dense = 8_030_261_248 - (2 * Head);
        const double Elementwise = 2.0 * 32 * ((6 * 4096) + (2 * 40 * 128) + (3 * 14_336));
        double expected = 1e-3 + (32 * 1e-5)
            + Math.Max(2 * Dense / Bandwidth, 2 * Dense * 1_030 / rate)
            + (Elementwise / Bandwidth * 1_030)
            + Math.Max(2 * Head / Bandwidth, 2 * Head * 32 / rate)
            + (2 * 4 * 128_256 / Bandwidth * 32)
            + (131_072 / (3.35e12 * 0.25) * 30_000)
            + (1_000.0 * 1_000 / 2 * 4 * 32 * 128 * 32 / (inputs.Gpu.Compute.Bf16.Value * 0.2));
        var shape = new BatchShape(1_000, 2, 1_000 * 1_000, 30, 30_000);
        Assert.Equal(expected, new RooflineStepTime(inputs).StepPicoseconds(shape) * 1e-12, expected * 1e-6);
    }

    /// <summary>
    /// A layer-by-layer kernel profile on this card (dense layers and head only): 10.8, 12.4, 14.6 and 77 ms. The card's achieved rates
    /// come from the same profile, so the ends are a check of consistency; the middle is not.
    /// </summary>
    [Theory]
    [InlineData(1, 10.8, 0.07)]
    [InlineData(128, 12.4, 0.05)]
    [InlineData(256, 14.6, 0.17)]
    [InlineData(2_048, 77, 0.06)]
    public void Dense_part_meets_a_kernel_profile_within_the_stated_error(int tokens, double milliseconds, double error)
    {
        var model = new RooflineStepTime(Inputs("llama-3.1-8b", "rtx-pro-6000") with { Fixed = Nothing });
        var shape = tokens <= 256 ? new BatchShape(0, 0, 0, tokens, 0) : new BatchShape(tokens, 1, 0, 0, 0);
        Assert.InRange(model.StepPicoseconds(shape) * 1e-9 / milliseconds, 1 - error, 1 + error);
    }

    /// <summary>The same profile: context tokens cost 2.73 ns per layer, whole prompts 83 ms at 2,048 tokens.</summary>
    [Fact]
    public void Attention_meets_the_profile_within_the_stated_error()
    {
        var model = new RooflineStepTime(Inputs("llama-3.1-8b", "rtx-pro-6000") with { Fixed = Nothing });
        Assert.InRange(model.DecodeLineAt(8, 30_000).PicosecondsPerContextToken / (2_730.0 * 32), 1.0, 1.15);
        Assert.InRange(PrefillMilliseconds(Inputs("llama-3.1-8b", "rtx-pro-6000"), 2_048) / 83, 0.95, 1.05);
    }

    /// <summary>Plausible ranges, wide on purpose: they catch a wrong unit or a forgotten factor, not a poor constant.</summary>
    [Theory]
    [InlineData("llama-3.1-8b", "h100", 1, 1, 5, 8)]
    [InlineData("llama-3.1-8b", "a100", 1, 1, 9, 13)]
    [InlineData("llama-3.1-8b", "l4", 1, 1, 55, 75)]
    [InlineData("llama-3.1-8b", "h100", 1, 128, 10, 18)]
    [InlineData("llama-3.1-70b", "h100", 4, 1, 11, 20)]
    [InlineData("llama-3.1-70b", "h100", 8, 1, 6, 12)]
    [InlineData("llama-3.1-70b", "a100", 4, 32, 22, 40)]
    [InlineData("deepseek-v3", "h200", 8, 1, 4, 14)]
    [InlineData("deepseek-v3", "h200", 8, 256, 20, 45)]
    [InlineData("qwen3-30b-a3b", "h100", 1, 1, 2, 5)]
    [InlineData("gpt-oss-120b", "b200", 1, 1, 1, 4)]
    [InlineData("falcon-mamba-7b", "h100", 1, 1, 5, 8)]
    public void Decode_steps_are_plausible(string model, string gpu, int tensorParallel, int sequences, double least, double most) =>
        Assert.InRange(DecodeMilliseconds(Inputs(model, gpu, tensorParallel), sequences, 1_024), least, most);

    [Theory]
    [InlineData("llama-3.1-8b", "h100", 1, 2_048, 35, 60)]
    [InlineData("llama-3.1-70b", "h100", 4, 2_048, 90, 160)]
    [InlineData("llama-2-70b", "a100", 2, 512, 120, 200)]
    public void Prefill_steps_are_plausible(string model, string gpu, int tensorParallel, int tokens, double least, double most) =>
        Assert.InRange(PrefillMilliseconds(Inputs(model, gpu, tensorParallel), tokens), least, most);

    [Fact]
    public void Narrow_weights_and_caches_are_faster()
    {
        RooflineInputs wide = Inputs("llama-3.1-8b", "h100");
        RooflineInputs narrow = wide with { WeightFormat = WeightFormat.Fp8, KvFormat = KvFormat.Fp8 };
        Assert.InRange(DecodeMilliseconds(narrow, 64, 4_096) / DecodeMilliseconds(wide, 64, 4_096), 0.5, 0.6);
        Assert.True(PrefillMilliseconds(narrow, 8_192) < PrefillMilliseconds(wide, 8_192));
        RooflineInputs withoutUnits = Inputs("llama-3.1-8b", "a100", weights: WeightFormat.Fp8);
        Assert.InRange(PrefillMilliseconds(withoutUnits, 8_192) / PrefillMilliseconds(Inputs("llama-3.1-8b", "a100"), 8_192), 0.99, 1.01);
    }

    [Fact]
    public void A_window_makes_one_kink_at_sequences_times_window()
    {
        var model = new RooflineStepTime(Inputs("gemma-3-27b", "h100", 2));
        DecodeLine below = model.DecodeLineAt(10, 100);
        DecodeLine above = model.DecodeLineAt(10, 10_241);
        Assert.Equal(10_240, below.ValidThroughContextTokens);
        Assert.Equal(below, model.DecodeLineAt(10, 10_240));
        Assert.Equal(long.MaxValue, above.ValidThroughContextTokens);
        Assert.InRange(below.PicosecondsPerContextToken / (double)above.PicosecondsPerContextToken, 6.1, 6.3);
    }

    [Fact]
    public void Experts_touched_grow_with_the_batch_until_all_are_read()
    {
        var model = new RooflineStepTime(Inputs("qwen3-30b-a3b", "h100") with { Fixed = Nothing });
        long one = LineContract.Decode(model, 1, 1);
        long eight = LineContract.Decode(model, 8, 8);
        long many = LineContract.Decode(model, 200, 200);
        // One token visits 8 of 128 experts; eight visit 128 (1 - (15/16)^8) = 51.6 of them.
        Assert.InRange(eight - one, (many - one) * 0.3, (many - one) * 0.5);
        Assert.InRange(many * 1e-12, 61e9 / 2.9e12 * 0.9, 61e9 / 2.8e12 * 1.2);
    }

    [Fact]
    public void A_mixed_step_may_read_its_context_more_slowly()
    {
        RooflineInputs inputs = Inputs("llama-3.1-8b", "h100");
        var shape = new BatchShape(128, 1, 128 * 128, 64, 100_000);
        long plain = new RooflineStepTime(inputs).StepPicoseconds(shape);
        long penalised = new RooflineStepTime(inputs with { MixedContextPenalty = 0.5 }).StepPicoseconds(shape);
        double contextCost = new RooflineStepTime(inputs).DecodeLineAt(64, 100_000).PicosecondsPerContextToken * 100_000.0;
        Assert.Equal(contextCost / 2, penalised - plain, contextCost * 1e-4);
    }

    /// <summary>Measured: 4.7 us at 256 bytes, 15.0 us at 1 MiB, 344 us at 64 MiB on eight GPUs; two per layer.</summary>
    [Theory]
    [InlineData("h100", 8, 1, 4.86)]
    [InlineData("h100", 8, 64, 15.0)]
    [InlineData("h100", 8, 4_096, 344)]
    [InlineData("h100", 2, 64, 8.3)]
    [InlineData("mi300x", 2, 4_096, 6.6 + 1.2 + (64 * 1.048576 / 0.064 / 0.8))]
    [InlineData("l4", 2, 4_096, 6.6 + 2.0 + (64 * 1.048576 / 0.026))]
    public void All_reduces_cost_what_was_measured(string gpu, int devices, int tokens, double microseconds)
    {
        var time = new CollectiveTime(CatalogReader.BuiltIn.FindGpu(gpu)!, devices, 160, 2 * 8_192);
        Assert.Equal(microseconds * 160, time.At(tokens) * 1e-6, microseconds * 160 * 0.005);
    }

    [Theory]
    [InlineData("llama-3.1-8b", "h100", 3, "attention heads")]
    [InlineData("llama-3.1-8b", "h100", 16, "leaves the domain of 8")]
    [InlineData("phi-4", "h100", 4, "KV heads")]
    [InlineData("llama-3.1-8b", "apple-m4-max-40", 2, "no known link")]
    public void What_cannot_run_says_why(string model, string gpu, int tensorParallel, string word)
    {
        RooflineInputs inputs = Inputs(model, gpu, tensorParallel);
        Assert.Contains(word, Assert.Single(inputs.Problems()), StringComparison.Ordinal);
        Assert.Throws<InvariantBrokenException>(() => new RooflineStepTime(inputs));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Efficiencies_are_shares(double share) =>
        Assert.Equal(
            3,
            (Inputs("llama-3.1-8b", "h100") with
            {
                ComputeEfficiency = share,
                WeightReadEfficiency = share,
                KvReadEfficiency = share,
            }).Problems().Count);

    [Fact]
    public void Every_model_lies_on_its_lines_and_grows_with_its_work() => Prop.ForAll(
        Gen.Elements(AllPairs().ToArray()).ToArbitrary(),
        Gen.Choose(1, 700).Two().ToArbitrary(),
        Gen.Choose(0, 4_000_000).Two().ToArbitrary(),
        (model, sizes, contexts) =>
        {
            (int sequences, int tokens) = sizes;
            long context = sequences + contexts.Item1;
            var shape = new BatchShape(tokens, 1, (long)tokens * tokens, sequences, context);
            long time = model.StepPicoseconds(shape);
            return LineContract.Holds(model, sequences, context)
                && LineContract.Holds(model, sequences, sequences + contexts.Item2)
                && time >= LineContract.Decode(model, sequences, context)
                && model.StepPicoseconds(shape with { PrefillTokens = tokens + 1 }) >= time
                && model.StepPicoseconds(shape with { PrefillAttentionPairs = shape.PrefillAttentionPairs + tokens }) >= time
                && model.StepPicoseconds(shape with { DecodeSequences = sequences + 1, DecodeContextTokens = context + 1 }) >= time
                && model.StepPicoseconds(shape with { DecodeContextTokens = context + 1 }) >= time
                && new BatchShape(tokens, 1, (long)tokens * tokens, 0, 0) is var prefill
                && model.StepPicoseconds(prefill) <= time;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_inputs_give_the_same_integers() => Prop.ForAll(
        Gen.Choose(0, 5_000).Two().ToArbitrary(),
        sizes =>
        {
            var shape = new BatchShape(sizes.Item1 + 1, 1, sizes.Item1, sizes.Item2, sizes.Item2 * 100L);
            RooflineInputs inputs = Inputs("deepseek-v3.2", "h200", 8);
            return new RooflineStepTime(inputs).StepPicoseconds(shape) == new RooflineStepTime(inputs with { }).StepPicoseconds(shape);
        }).QuickCheckThrowOnFailure();

    /// <summary>Every model on one large GPU, and the 70B ones on eight.</summary>
    private static IEnumerable<IStepTimeModel> AllPairs() =>
    [
        .. CatalogReader.BuiltIn.Models.Select(model => new RooflineStepTime(Inputs(model.Id, "b200"))),
        .. CatalogReader.BuiltIn.Gpus
            .Where(gpu => gpu.Links.ScaleUpDevices >= 8)
            .Select(gpu => new RooflineStepTime(Inputs("llama-3.1-70b", gpu.Id, 8))),
    ];
}

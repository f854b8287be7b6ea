using Plimsoll.Core;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Step time from the shape of the model and the rates of the GPU, one term per kind of work, added up:
/// <para>
/// constant + constant per layer + dense layers max(weight read, compute) + elementwise traffic + routed experts max(read of the experts
/// touched, compute) + output head max(read, compute) and sampler per row + recurrent states + cache read by decodes + attention of
/// prefills + all-reduces.
/// </para>
/// <para>
/// The sum is additive on purpose: measured batch-1 decodes are the byte floor plus a constant. The experts that a step touches are E(1 −
/// (1 − k/E)^tokens), routing being even. Ranks that share experts gather the tokens of all and scatter the results, which moves as much as
/// an all-reduce for each expert layer. Windowed layers read at most sequences × window tokens, which is exact when all contexts are on the
/// same side of the window and too much otherwise; it makes the one kink of the decode line. Sparse attention is treated the same way with
/// its selected tokens.
/// </para>
/// <para>Immutable: one instance may be shared by all replicas and threads. Where it stops being true is in docs/calibration.md.</para>
/// </summary>
public sealed class RooflineStepTime : IStepTimeModel
{
    private const double TouchedEnough = 0.9995;

    private static readonly CapturedGraphs NoGraphs = new(0);

    private readonly SizeClassConstants _fixed;
    private readonly CapturedGraphs _graphs;
    private readonly long _layers;
    private readonly CollectiveTime _collectives;
    private readonly CollectiveTime _exchange;
    private readonly int _expertRanks;
    private readonly long[] _expertReadByTokens;
    private readonly long _denseRead;
    private readonly long _densePerToken;
    private readonly long _elementwisePerToken;
    private readonly long _expertPerToken;
    private readonly long _headRead;
    private readonly long _headPerRow;
    private readonly long _samplerPerRow;
    private readonly long _statePerSequence;
    private readonly long _perContextToken;
    private readonly long _perCappedToken;
    private readonly long _perContextTokenMixed;
    private readonly long _perCappedTokenMixed;
    private readonly long _capTokens;
    private readonly PairCost _pairs;
    private readonly PairCost _cappedPairs;

    /// <summary>Computes all coefficients and rounds them, once, to whole picoseconds.</summary>
    /// <exception cref="InvariantBrokenException">The inputs have <see cref="RooflineInputs.Problems"/>.</exception>
    public RooflineStepTime(RooflineInputs inputs)
    {
        IReadOnlyList<string> problems = inputs.Problems();
        Invariant.Holds(problems.Count == 0, problems.Count == 0 ? "the roofline can be built" : problems[0]);
        ModelArchitecture model = inputs.Model;
        int split = inputs.TensorParallel;
        var rates = new RooflineRates(inputs);
        var counts = ParameterCounts.Of(model);
        var weights = WeightBytes.Of(counts, inputs.WeightFormat);

        _fixed = inputs.Fixed;
        _graphs = inputs.Graphs ?? NoGraphs;
        double perLayer = inputs.LayerSeconds + (rates.RunsInEightBit ? inputs.EightBitLayerSeconds : 0);
        _layers = Cost((perLayer * model.Layers) + (inputs.ExpertLayerSeconds * (model.Experts?.Layers ?? 0)));
        _denseRead = Math.Max(1, Cost(weights.Dense / rates.WeightReads / split));
        _densePerToken = Cost(2.0 * counts.Dense / rates.Dense / split);
        _elementwisePerToken = Cost(ElementwiseBytesPerToken(model, split) / rates.WeightReads);
        _expertRanks = inputs.ExpertRanks;
        _expertReadByTokens = ExpertReads(model.Experts, weights.RoutedExperts / rates.WeightReads / split / _expertRanks);
        _expertPerToken = Cost(2.0 * counts.RoutedExpertsPerToken / rates.Dense / split);
        _headRead = Cost(weights.OutputProjection / rates.WeightReads / split);
        _headPerRow = Cost(2.0 * counts.OutputProjection / rates.SixteenBit / split);
        _samplerPerRow = Cost(2.0 * sizeof(float) * model.VocabularySize / rates.WeightReads);
        _collectives = new CollectiveTime(inputs.Gpu, split, Mixers(model), 2L * model.HiddenSize);

        _exchange = new CollectiveTime(inputs.Gpu, _expertRanks, model.Experts?.Layers ?? 0, 2L * model.HiddenSize);

        var layout = KvLayout.Of(model, inputs.KvFormat, split);
        _statePerSequence = Cost(2.0 * layout.StateBytesPerSequence / rates.KvReads);
        AttentionCosts attention = AttentionCosts.Of(model, layout, split);
        _perContextToken = Cost(Math.Max(attention.Bytes / rates.KvReads, attention.DecodeOperations / rates.Attention));
        _perCappedToken = Cost(Math.Max(attention.CappedBytes / rates.KvReads, attention.CappedDecodeOperations / rates.Attention));
        _perContextTokenMixed = (long)(_perContextToken * (1 + inputs.MixedContextPenalty));
        _perCappedTokenMixed = (long)(_perCappedToken * (1 + inputs.MixedContextPenalty));
        _capTokens = attention.CapTokens;
        _pairs = new PairCost(attention.PrefillOperations / rates.Attention);
        _cappedPairs = new PairCost(attention.CappedPrefillOperations / rates.Attention);
    }

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape)
    {
        long total = WithoutAttention(shape.PrefillTokens + shape.DecodeSequences, shape.DecodeSequences, shape.PrefillSequences);
        bool prefills = shape.PrefillSequences > 0;
        long capped = Math.Min(shape.DecodeContextTokens, CapOf(shape.DecodeSequences));
        total += ((prefills ? _perContextTokenMixed : _perContextToken) * shape.DecodeContextTokens)
            + ((prefills ? _perCappedTokenMixed : _perCappedToken) * capped);
        return prefills ? total + PrefillAttention(shape) : total;
    }

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens)
    {
        long atZero = WithoutAttention(sequences, sequences, 0);
        long cap = CapOf(sequences);
        return contextTokens <= cap
            ? new DecodeLine(atZero, _perContextToken + _perCappedToken, cap)
            : new DecodeLine(atZero + (_perCappedToken * cap), _perContextToken, long.MaxValue);
    }

    private static long Cost(double seconds) => Picoseconds.FromSeconds(seconds);

    /// <summary>Blocks that end in an all-reduce: attention and MLP of a layer, or its single mixer.</summary>
    private static int Mixers(ModelArchitecture model) => model.NormsPerLayer == 1 ? model.Layers : 2 * model.Layers;

    /// <summary>
    /// 16-bit traffic outside matrix products: norms and residuals 6H, rotary 2(h + g)d, gate and up to product 3I, per layer.
    /// </summary>
    private static double ElementwiseBytesPerToken(ModelArchitecture model, int split)
    {
        double inner = model.Experts is ExpertLayers experts
            ? ((double)experts.PerToken * experts.IntermediateSize) + experts.SharedIntermediateSize
            : model.IntermediateSize;
        double rotary = 2.0 * (model.AttentionHeads + model.KvHeads) * (model.LatentAttention?.RopeHeadDim ?? model.HeadDim);
        return 2 * model.Layers * ((6.0 * model.HiddenSize) + ((rotary + (3 * inner)) / split));
    }

    /// <summary>Read of the experts touched by 0, 1, 2 … tokens; the last entry, all of them, holds for every larger step.</summary>
    private static long[] ExpertReads(ExpertLayers? experts, double allSeconds)
    {
        List<long> reads = [0];
        double missed = 1;
        if (experts is not null)
        {
            double missesOne = 1 - ((double)experts.PerToken / experts.Routed);
            while (1 - missed < TouchedEnough)
            {
                missed *= missesOne;
                reads.Add(Cost(allSeconds * (1 - missed)));
            }

            reads.Add(Cost(allSeconds));
        }

        return [.. reads];
    }

    private long WithoutAttention(long tokens, int decodes, int prefills)
    {
        int sequences = decodes + prefills;
        long padded = _graphs.Padded(tokens);
        long experts = Math.Max(_expertReadByTokens[Math.Min(tokens * _expertRanks, _expertReadByTokens.Length - 1)], _expertPerToken * tokens);
        return _fixed.Picoseconds(decodes, prefills)
            + _layers
            + Math.Max(_denseRead, _densePerToken * padded)
            + (_elementwisePerToken * padded)
            + experts
            + Math.Max(_headRead, _headPerRow * sequences)
            + ((_samplerPerRow + _statePerSequence) * sequences)
            + _collectives.At(padded)
            + _exchange.At(padded * _expertRanks);
    }

    private long CapOf(int sequences) => _capTokens == long.MaxValue ? long.MaxValue : _capTokens * sequences;

    /// <summary>Capped layers attend to at most the window for each prefill token; <c>pairs</c> counts each pair twice.</summary>
    private long PrefillAttention(in BatchShape shape)
    {
        long pairs = shape.PrefillAttentionPairs;
        long capped = _capTokens == long.MaxValue ? 0 : Math.Min(pairs, 2 * _capTokens * shape.PrefillTokens);
        return _pairs.At(pairs) + _cappedPairs.At(capped);
    }
}

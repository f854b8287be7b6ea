namespace Plimsoll.Performance.Models;

/// <summary>Bytes of a model's weights by part, for one storage format and the whole model.</summary>
/// <param name="Embedding">Token embedding; the output head too when tied.</param>
/// <param name="Head">Output head of its own.</param>
/// <param name="Dense">Everything read in every step whatever the batch.</param>
/// <param name="RoutedExperts">All routed experts.</param>
public readonly record struct WeightBytes(long Embedding, long Head, long Dense, long RoutedExperts)
{
    private const long WeightsPerScaleBlock = 128 * 128;

    /// <summary>The whole checkpoint.</summary>
    public long Total => Embedding + Head + Dense + RoutedExperts;

    /// <summary>The output projection, whichever table holds it.</summary>
    public long OutputProjection => Head > 0 ? Head : Embedding;

    /// <summary>Sizes of a model in a format; scales rounded down to whole bytes.</summary>
    public static WeightBytes Of(in ParameterCounts counts, WeightFormat format)
    {
        long kept = 2 * (counts.Router + counts.Norm);
        long matrices = counts.Dense - counts.Router - counts.Norm;
        return new WeightBytes(
            2 * counts.Embedding,
            2 * counts.Head,
            kept + Matrices(matrices, format == WeightFormat.Mxfp4 ? WeightFormat.Bf16 : format),
            Matrices(counts.RoutedExperts, format));
    }

    private static long Matrices(long weights, WeightFormat format) => format switch
    {
        WeightFormat.Bf16 or WeightFormat.Fp16 => 2 * weights,
        WeightFormat.Fp8 or WeightFormat.Int8 => weights + (4 * weights / WeightsPerScaleBlock),
        WeightFormat.Nvfp4 => 9 * weights / 16,
        _ => 17 * weights / 32,
    };
}

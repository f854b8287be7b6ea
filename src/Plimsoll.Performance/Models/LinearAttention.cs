namespace Plimsoll.Performance.Models;

/// <summary>Gated linear-attention (delta rule) layers: a constant state per sequence instead of a growing cache.</summary>
/// <param name="Layers">How many layers are of this kind.</param>
/// <param name="KeyHeads">Key heads.</param>
/// <param name="KeyHeadDim">Elements of a key head.</param>
/// <param name="ValueHeads">Value heads.</param>
/// <param name="ValueHeadDim">Elements of a value head.</param>
/// <param name="ConvolutionKernel">Taps of the short convolution.</param>
public sealed record LinearAttention(int Layers, int KeyHeads, int KeyHeadDim, int ValueHeads, int ValueHeadDim, int ConvolutionKernel)
{
    /// <summary>Channels that pass through the convolution: queries, keys and values.</summary>
    public long ConvolvedChannels => (2L * KeyHeads * KeyHeadDim) + ((long)ValueHeads * ValueHeadDim);

    /// <summary>State per sequence over all layers: the recurrent matrix in 32 bit, the convolution tail in 16 bit.</summary>
    public long StateBytesPerSequence =>
        Layers * ((4L * ValueHeads * KeyHeadDim * ValueHeadDim) + (2 * ConvolvedChannels * (ConvolutionKernel - 1)));
}

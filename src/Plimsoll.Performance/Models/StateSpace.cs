namespace Plimsoll.Performance.Models;

/// <summary>Mamba layers: version 2 when there are heads, version 1 when there is a time-step rank.</summary>
/// <param name="Layers">How many layers are of this kind.</param>
/// <param name="InnerSize">Channels of the mixer.</param>
/// <param name="StateSize">State elements per channel.</param>
/// <param name="ConvolutionKernel">Taps of the short convolution.</param>
/// <param name="TimeStepRank">Low rank of the time-step projection (version 1); 0 for version 2.</param>
/// <param name="Heads">Heads (version 2); 0 for version 1.</param>
/// <param name="Groups">Groups that share their input and output matrices (version 2); 0 for version 1.</param>
public sealed record StateSpace(int Layers, int InnerSize, int StateSize, int ConvolutionKernel, int TimeStepRank, int Heads, int Groups)
{
    /// <summary>Channels that pass through the convolution.</summary>
    public long ConvolvedChannels => InnerSize + (2L * Groups * StateSize);

    /// <summary>State per sequence over all layers: the recurrence in 32 bit, the convolution tail in 16 bit.</summary>
    public long StateBytesPerSequence => Layers * ((4L * InnerSize * StateSize) + (2 * ConvolvedChannels * (ConvolutionKernel - 1)));
}

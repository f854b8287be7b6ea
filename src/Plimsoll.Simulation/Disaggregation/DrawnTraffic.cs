using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Simulation.Disaggregation;

/// <summary>Prompt and output lengths from two distributions, independent of each other.</summary>
/// <param name="prompt">Prompt lengths.</param>
/// <param name="output">Output lengths.</param>
/// <param name="age">Ages of such outputs.</param>
public sealed class DrawnTraffic(LengthDistribution prompt, LengthDistribution output, StationaryAge age) : SlotTraffic
{
    /// <inheritdoc/>
    public override double MeanPromptTokens => prompt.Mean;

    /// <inheritdoc/>
    public override double MeanOutputTokens => output.Mean;

    /// <inheritdoc/>
    public override SlotRequest Fresh(ref RandomStream random)
    {
        int promptTokens = prompt.Sample(ref random);
        return new SlotRequest(promptTokens, output.Sample(ref random));
    }

    /// <inheritdoc/>
    public override SlotRequest Found(ref RandomStream random)
    {
        int promptTokens = prompt.Sample(ref random);
        (int reached, int length) = age.Sample(ref random);
        return new SlotRequest(promptTokens, length, reached);
    }
}

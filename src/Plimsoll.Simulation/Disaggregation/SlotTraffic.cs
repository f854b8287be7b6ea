using Plimsoll.Core;

namespace Plimsoll.Simulation.Disaggregation;

/// <summary>Independent requests, alike in law, of which every slot serves one after the other.</summary>
public abstract class SlotTraffic
{
    /// <summary>Expected prompt length of a new request, in tokens.</summary>
    public abstract double MeanPromptTokens { get; }

    /// <summary>Expected output length of a new request, in tokens.</summary>
    public abstract double MeanOutputTokens { get; }

    /// <summary>Draws a new request.</summary>
    public abstract SlotRequest Fresh(ref RandomStream random);

    /// <summary>Draws the request that a slot serves in a random step, with its age: long ones are found more often.</summary>
    public abstract SlotRequest Found(ref RandomStream random);
}

namespace Plimsoll.Simulation.Disaggregation;

/// <summary>
/// Decode with Attention and FFN on instances of their own: so many Attention instances feed one FFN instance (rA-1F). Everything about
/// a run but its seed.
/// </summary>
public sealed record AfdScenario
{
    /// <summary>r, Attention instances to the FFN instance, from 1.</summary>
    public required int Ratio { get; init; }

    /// <summary>B, request slots of one Attention instance in one microbatch, from 1.</summary>
    public required int SlotsPerInstance { get; init; }

    /// <summary>m, microbatches in flight, from 1: while one is on its way or with the FFN, others are with Attention.</summary>
    public int Microbatches { get; init; } = 2;

    /// <summary>What a step costs.</summary>
    public required AfdCosts Costs { get; init; }

    /// <summary>Decode steps of every microbatch, from 1.</summary>
    public required int Steps { get; init; }

    /// <summary>In which state the slots begin.</summary>
    public AfdStart Start { get; init; }

    /// <summary>The requests that every slot serves, one after the other and without a gap.</summary>
    public required SlotTraffic Traffic { get; init; }
}

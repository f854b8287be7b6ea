using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Planning.Afd;

/// <summary>How many Attention instances should feed one FFN instance?</summary>
public sealed record AfdQuestion
{
    /// <summary>What is served.</summary>
    public required AfdWorkload Workload { get; init; }

    /// <summary>What a step costs.</summary>
    public required AfdCosts Costs { get; init; }

    /// <summary>B, request slots of one Attention instance in one microbatch, from 1.</summary>
    public required int Slots { get; init; }

    /// <summary>
    /// N, requests that one Attention instance serves, from an empty start; null for the long run. Only mean-field theory heeds it.
    /// </summary>
    public double? HorizonRequests { get; init; }

    /// <summary>Whole ratios up to this are looked at, from 1.</summary>
    public int MaxRatio { get; init; } = 32;

    /// <summary>m, microbatches in flight, from 1.</summary>
    public int Microbatches { get; init; } = 2;

    /// <summary>What instances draw, if tokens per energy are asked for too.</summary>
    public RolePowers? Powers { get; init; }
}

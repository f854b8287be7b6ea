namespace Plimsoll.Performance.Catalog;

/// <summary>
/// One accelerator as a planner sees it. Rates are dense and count a multiply-add as two operations; link bandwidths are one direction.
/// </summary>
public sealed record GpuSpec
{
    /// <summary>Name in the catalogue, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>Full name of the product.</summary>
    public required string Name { get; init; }

    /// <summary>Other names it is found by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Maker, lower case.</summary>
    public required string Vendor { get; init; }

    /// <summary>Generation, lower case.</summary>
    public required string Architecture { get; init; }

    /// <summary>Capacity and bandwidth.</summary>
    public required GpuMemory Memory { get; init; }

    /// <summary>Peak rates.</summary>
    public required GpuCompute Compute { get; init; }

    /// <summary>Units and clock behind the peak rates; null when unknown.</summary>
    public GpuClocks? Clocks { get; init; }

    /// <summary>Rates reached in measurements; null when none are known.</summary>
    public GpuAchieved? Achieved { get; init; }

    /// <summary>Links to other devices, host and network.</summary>
    public required GpuLinks Links { get; init; }

    /// <summary>Measured all-reduce times; null when none are known.</summary>
    public AllReduceTimes? AllReduce { get; init; }

    /// <summary>Power limit and idle draw.</summary>
    public required GpuPower Power { get; init; }

    /// <summary>Measured power while decoding; null when none is known.</summary>
    public DecodePower? DecodePower { get; init; }

    /// <summary>Rental prices at one date; null when none were collected.</summary>
    public GpuPrice? Price { get; init; }
}

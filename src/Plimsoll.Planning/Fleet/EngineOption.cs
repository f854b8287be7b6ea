using Plimsoll.Planning.LoadLine;
using Plimsoll.Simulation;

namespace Plimsoll.Planning.Fleet;

/// <summary>A kind of replica that a fleet may be made of.</summary>
public sealed record EngineOption
{
    /// <summary>Its place in the menu, from 0; breaks ties.</summary>
    public required int Id { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Name { get; init; }

    /// <summary>Its GPU.</summary>
    public required string Gpu { get; init; }

    /// <summary>GPUs of one replica, from 1.</summary>
    public required int TensorParallel { get; init; }

    /// <summary>Price of one GPU in US dollars per hour, above 0.</summary>
    public required double DollarsPerGpuHour { get; init; }

    /// <summary>How much traffic one replica carries.</summary>
    public required LoadLineEstimate Line { get; init; }

    /// <summary>One replica, for the simulator, with what its GPUs draw if anybody knows.</summary>
    public required FleetScenario Scenario { get; init; }

    /// <summary>Whether its energy can be told.</summary>
    public bool KnowsPower => Scenario.Power is not null;

    /// <summary>Price of one replica in US dollars per hour.</summary>
    public double DollarsPerReplicaHour => DollarsPerGpuHour * TensorParallel;
}

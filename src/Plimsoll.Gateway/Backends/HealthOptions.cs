using Plimsoll.Core;

namespace Plimsoll.Gateway.Backends;

/// <summary>When a replica counts as well.</summary>
public sealed record HealthOptions
{
    /// <summary>Time between two probes of a replica.</summary>
    public Duration ProbeInterval { get; init; } = Duration.FromMilliseconds(1_000);

    /// <summary>Time that a probe may take.</summary>
    public Duration ProbeTimeout { get; init; } = Duration.FromMilliseconds(2_000);

    /// <summary>Probes in a row that must succeed before a replica that was down takes requests again, from 1.</summary>
    public int ProbesUp { get; init; } = 2;

    /// <summary>Probes in a row that must fail before a replica counts as down, from 1.</summary>
    public int ProbesDown { get; init; } = 3;

    /// <summary>Requests in a row that must fail before the breaker opens, from 1.</summary>
    public int FailuresToOpen { get; init; } = 3;

    /// <summary>How long the breaker stays open the first time; each time that the trial fails it is twice as long.</summary>
    public Duration OpenFor { get; init; } = Duration.FromMilliseconds(2_000);

    /// <summary>Longest time that it stays open.</summary>
    public Duration OpenAtMost { get; init; } = Duration.FromMilliseconds(60_000);

    /// <summary>How long the window grows, in equal parts of time, until it is whole again.</summary>
    public Duration SlowStart { get; init; } = Duration.FromMilliseconds(10_000);
}

using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>What a request must keep to count as good; null where nothing is asked.</summary>
/// <param name="Ttft">Longest time to first token.</param>
/// <param name="Tpot">Longest time per output token after the first; a request of one token always keeps it.</param>
/// <param name="E2e">Longest time from arrival to last token.</param>
public sealed record ServiceObjectives(Duration? Ttft = null, Duration? Tpot = null, Duration? E2e = null)
{
    /// <summary>Asks for nothing: every completed request is good.</summary>
    public static ServiceObjectives None { get; } = new();

    /// <summary>Whether anything is asked.</summary>
    public bool Any => Ttft.HasValue || Tpot.HasValue || E2e.HasValue;
}

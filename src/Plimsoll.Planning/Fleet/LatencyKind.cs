namespace Plimsoll.Planning.Fleet;

/// <summary>Which latency of a request.</summary>
public enum LatencyKind
{
    /// <summary>Time to first token.</summary>
    Ttft,

    /// <summary>Time per output token after the first.</summary>
    Tpot,

    /// <summary>From arrival to the last token.</summary>
    E2e,
}

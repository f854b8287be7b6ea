using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>Words of the decision log.</summary>
internal static class DecisionNames
{
    private static readonly string[] Inputs =
    [
        "arrived", "reported", "ended", "retried", "windowed", "cancelled", "time_passed", "reconfigured", "forgotten", "stored", "removed",
    ];

    private static readonly string[] Reasons =
    [
        "none", "queue_full", "token_budget", "exceeds_kv_capacity", "prompt_exceeds_token_budget", "no_replica_ready", "deadline_exceeded",
    ];

    public static string Of(DispatchInputKind kind) => Inputs[(int)kind];

    public static string Of(RejectReason reason) => Reasons[(int)reason];

    public static DispatchInputKind? Input(string? name) => Array.IndexOf(Inputs, name) is var index and >= 0 ? (DispatchInputKind)index : null;

    public static RejectReason? Reason(string? name) => Array.IndexOf(Reasons, name) is var index and > 0 ? (RejectReason)index : null;
}

using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>Something the dispatcher wants done. The host does it: an event in simulation, a call in the gateway.</summary>
public struct DispatchEffect
{
    /// <summary>What to do.</summary>
    public DispatchEffectKind Kind;

    /// <summary>With which request.</summary>
    public InferenceRequest Request;

    /// <summary>Index of the replica to send it to.</summary>
    public int Replica;

    /// <summary>Tokens of work charged to that replica until the request ends.</summary>
    public int ChargedTokens;

    /// <summary>Why it is rejected.</summary>
    public RejectReason Reason;
}

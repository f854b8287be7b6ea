namespace Plimsoll.Serving.Dispatch;

/// <summary>What the dispatcher can ask of its host.</summary>
public enum DispatchEffectKind
{
    /// <summary>Send the request to a replica.</summary>
    Send,

    /// <summary>Answer that it is refused.</summary>
    Reject,
}

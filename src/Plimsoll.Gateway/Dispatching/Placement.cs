using Plimsoll.Core;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>The dispatcher's answer to an arrival.</summary>
/// <param name="Id">The request's number, in order of arrival.</param>
/// <param name="Replica">Where it goes; −1 if it is refused.</param>
/// <param name="ChargedTokens">Tokens of work charged to the replica until the request has ended.</param>
/// <param name="Reason">Why it is refused, or <see cref="RejectReason.None"/>.</param>
public readonly record struct Placement(RequestId Id, int Replica, int ChargedTokens, RejectReason Reason)
{
    /// <summary>Whether it may go.</summary>
    public bool IsSent => Replica >= 0;
}

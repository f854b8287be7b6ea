using Plimsoll.Core;

namespace Plimsoll.Policies.Admission;

/// <summary>Yes, or no with a reason.</summary>
/// <param name="Reason">Why the request is refused; <see cref="RejectReason.None"/> when it may enter.</param>
public readonly record struct AdmissionDecision(RejectReason Reason)
{
    /// <summary>It may enter.</summary>
    public static AdmissionDecision Accept => default;

    /// <summary>Whether it may enter.</summary>
    public bool Accepted => Reason == RejectReason.None;

    /// <summary>It may not enter.</summary>
    /// <exception cref="InvariantBrokenException">No reason is given.</exception>
    public static AdmissionDecision Reject(RejectReason reason)
    {
        Invariant.Holds(reason != RejectReason.None, "a request is refused with a reason");
        return new AdmissionDecision(reason);
    }
}

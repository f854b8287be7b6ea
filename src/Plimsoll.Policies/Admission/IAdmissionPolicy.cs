using Plimsoll.Core;

namespace Plimsoll.Policies.Admission;

/// <summary>Answers one question: may this request enter now?</summary>
public interface IAdmissionPolicy
{
    /// <summary>
    /// Decides on a request that has just arrived and is not yet counted in <paramref name="fleet"/>. The answer is final: a request
    /// that is refused does not come back. Allocates nothing.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="fleet">The fleet before it.</param>
    AdmissionDecision Decide(in RequestView request, in FleetView fleet);
}

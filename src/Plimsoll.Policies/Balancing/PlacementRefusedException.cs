namespace Plimsoll.Policies.Balancing;

/// <summary>
/// A policy that follows an integer program could not have it solved. Nothing falls back to another policy in silence: the run ends with the
/// reason.
/// </summary>
/// <param name="requests">How many waiting requests the program was about.</param>
/// <param name="workers">On how many workers.</param>
/// <param name="reason">Why, in one sentence for the user.</param>
public sealed class PlacementRefusedException(int requests, int workers, string reason)
    : Exception($"the placement of {requests} waiting requests on {workers} workers is an integer program, which was not solved: {reason}")
{
    /// <summary>Why, in one sentence for the user.</summary>
    public string Reason { get; } = reason;
}

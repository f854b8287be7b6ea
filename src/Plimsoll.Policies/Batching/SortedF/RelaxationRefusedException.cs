namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// An order that follows a linear program could not have it solved. Nothing falls back to another order in silence: the run ends with the
/// reason.
/// </summary>
/// <param name="requests">How many requests the program was about.</param>
/// <param name="reason">Why, in one sentence for the user.</param>
public sealed class RelaxationRefusedException(int requests, string reason)
    : Exception($"the order of {requests} waiting requests follows a linear program, which was not solved: {reason}")
{
    /// <summary>Why, in one sentence for the user.</summary>
    public string Reason { get; } = reason;
}

using Plimsoll.Core;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>A request on its way through the dispatcher, and the promise of an answer.</summary>
/// <param name="request">What the dispatcher may know of it.</param>
public sealed class Ticket(InferenceRequest request)
{
    /// <summary>The request; its number and its arrival are the loop's to give, and read by the sender only after the answer.</summary>
    public InferenceRequest Request { get; private set; } = request;

    internal TaskCompletionSource<Placement> Answer { get; private set; } = NewAnswer();

    internal void Arrive(RequestId id, Instant now) => Request = Request with { Id = id, Arrival = now };

    internal void Reopen() => Answer = NewAnswer();

    private static TaskCompletionSource<Placement> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

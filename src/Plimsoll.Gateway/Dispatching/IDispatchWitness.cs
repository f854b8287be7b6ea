using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>
/// Somebody who sees what the dispatcher is told and what it answers: the decision log, the feed of the dashboard. Called in the order of
/// events, one at a time; must be quick.
/// </summary>
public interface IDispatchWitness
{
    /// <summary>The dispatcher was told this, and wants that done.</summary>
    void Saw(in DispatchInput input, ReadOnlySpan<DispatchEffect> effects);
}

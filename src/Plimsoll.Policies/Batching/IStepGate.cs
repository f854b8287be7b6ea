using Plimsoll.Core;

namespace Plimsoll.Policies.Batching;

/// <summary>
/// Answers one question: who takes part in the next step? A replica asks before each step, and while the answer is nobody, it pauses.
/// A gate is made for one replica, which tells it what arrives and what ends.
/// </summary>
/// <remarks>
/// An answer depends on nothing but what the gate was told and what it is shown; asking changes nothing. Output tokens a request has are
/// its stage: 0 while it waits for the first time. Segments of stages begin at 0 and at <see cref="Boundaries"/>.
/// </remarks>
public interface IStepGate
{
    /// <summary>
    /// Longest time, not negative, for which somebody is held back while nobody else comes: the gate is then open until the next arrival.
    /// </summary>
    Duration Patience { get; }

    /// <summary>Types of requests it tells apart, from 1.</summary>
    int Types { get; }

    /// <summary>First stages of the second segment and those after it, ascending, from 1; empty for a single segment.</summary>
    ReadOnlySpan<int> Boundaries { get; }

    /// <summary>The type, from 0 and below <see cref="Types"/>, of a request that arrives; the replica keeps it.</summary>
    int TypeOf(in QueuedRequest request);

    /// <summary>A request of this type comes to the replica; <paramref name="now"/> never goes back.</summary>
    void Arrived(in QueuedRequest request, int type, Instant now);

    /// <summary>A request that arrived has ended after so many output tokens, from 1.</summary>
    void Ended(RequestId id, int outputTokens);

    /// <summary>Says who takes part.</summary>
    /// <param name="demand">Who is there.</param>
    /// <param name="newcomers">Comes back with the most that may join of each type, not negative.</param>
    StepPass Decide(in StepDemand demand, Span<int> newcomers);
}

using Plimsoll.Policies.Batching.Waiting;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Runs each part of the way to the longest output only when enough requests have gathered where it begins.</summary>
/// <remarks>
/// <para>
/// Outputs are unknown. Stages, the output tokens a request has, are cut into segments at quantiles of the latest 1024 outputs, of requests
/// that arrived before any that is inside: those who end first are no fair sample. A segment that a share a of the requests reaches has
/// the threshold n = aλT at its first stage. Segments run in order, up to the first whose first stage has fewer than n requests, and
/// fewer than there is room for below the limit of requests inside; in the others requests pause and keep their memory. Newcomers enter
/// the first segment, up to n in a step. When the limit is reached, everybody runs. The limit is T times the sum of λa over all stages.
/// </para>
/// <para>
/// Without a limit T is the step time at which a fluid is in balance, d0 / (1 − Σ costs of a second's arrivals), times a slack, or, if that
/// is less or there is no balance, what fills memory; requests that end in a segment are a type, with the segment's mean output. Later
/// segments then wait for n less the slack, rounded down, as one that waits for more than come falls behind. The step-time model says the
/// costs; rate and prompts are those of the latest 1024 arrivals. If less than one request arrives in T, or fewer than 32 have arrived and
/// ended so far, the gate is open and nothing limits newcomers but memory. Who is held back for longer than the patience opens the gate
/// for all until the next arrival.
/// </para>
/// <para>Signals: none: no length need be predicted. The newest gives way when memory is short, and computes its memory again.</para>
/// <para>
/// A bad idea when tokens are streamed to somebody who reads them: long answers stop and go. And when the load is light or comes in bursts.
/// </para>
/// <para>
/// Source: R. Ao, G. Luo, D. Simchi-Levi, X. Wang, arXiv:2504.11320, Nested WAIT, as their published code has it; learning the segments and
/// the patience are ours.
/// </para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class NestedWait(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<int> SegmentsOption = new()
    {
        Name = "segments",
        Unit = "segments",
        Minimum = 1,
        Maximum = 64,
        Fallback = 4,
        Meaning = "Most segments: quantiles of equal share cut them, and equal quantiles cut once.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "nested-wait",
        Summary = "Runs each part of the way to the longest output only when enough requests have gathered where it begins.",
        BadIdea = "When tokens are streamed to somebody who reads them: long answers stop and go. And when the load is light or comes in "
            + "bursts.",
        Source = "R. Ao, G. Luo, D. Simchi-Levi, X. Wang, arXiv:2504.11320, Nested WAIT, as their published code has it; learning the "
            + "segments and the patience are ours.",
        Signals = Signals.None,
        Options =
        [
            SegmentsOption, WaitOptions.Limit, WaitOptions.Slack, WaitOptions.Patience, WaitOptions.Reserve, TheoryOptions.Sequences,
        ],
        Create = arguments => new NestedWait(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        WaitOptions.Rules(overrides, arguments, settings => new NestedWaitGate(settings, arguments.Of(SegmentsOption)));
}

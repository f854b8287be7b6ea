using Plimsoll.Policies.Batching.Waiting;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Runs a step only when enough newcomers have gathered, so that each step is worth its fixed cost.</summary>
/// <remarks>
/// <para>
/// Requests are of types: powers of two of predicted output length. A type with arrival rate λ has the threshold n = λT. A step runs when
/// the newcomers of some type reach their threshold, or fill the room that is left below a limit of requests inside; it takes up to n
/// newcomers of each type and everybody inside. Otherwise the replica pauses, decodes too. The limit is the sum of n·(l'+1) over the
/// types, l' being the output less one: split the other way round, by λ(l'+1), it gives the thresholds, at least 1 each.
/// </para>
/// <para>
/// Without a limit T is the step time at which a fluid is in balance, d0 / (1 − Σ costs of a second's arrivals), times a slack, or, if that
/// is less or there is no balance, what fills memory. The step-time model says the costs; rates and lengths are those of the latest 1024
/// arrivals. If less than one request arrives in T, or fewer than 32 have arrived so far, there is nothing to wait for: the gate is open
/// and nothing limits newcomers but memory. Who is held back for longer than the patience opens the gate for all until the next arrival.
/// </para>
/// <para>Signals: PredictedLength. Memory for the prompt is taken at admission; the newest gives way and computes its memory again.</para>
/// <para>
/// A bad idea when the load is light or comes in bursts: everybody pauses for those who may come. Prompts whose cost does not grow with
/// their length in a straight line are planned wrongly.
/// </para>
/// <para>Source: R. Ao, G. Luo, D. Simchi-Levi, X. Wang, arXiv:2504.11320, WAIT, as their published code has it; the patience is
/// ours.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class Wait(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "wait",
        Summary = "Runs a step only when enough newcomers have gathered, so that each step is worth its fixed cost.",
        BadIdea = "When the load is light or comes in bursts: everybody pauses for those who may come. Prompts whose cost does not grow with "
            + "their length in a straight line are planned wrongly.",
        Source = "R. Ao, G. Luo, D. Simchi-Levi, X. Wang, arXiv:2504.11320, WAIT, as their published code has it; the patience is ours.",
        Signals = Signals.PredictedLength,
        Options = [WaitOptions.Limit, WaitOptions.Slack, WaitOptions.Patience, WaitOptions.Reserve, TheoryOptions.Sequences],
        Create = arguments => new Wait(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => WaitOptions.Rules(overrides, arguments, settings => new WaitGate(settings));
}

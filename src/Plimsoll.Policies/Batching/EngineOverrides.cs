using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching;

/// <summary>What a user may set on any engine; null leaves the policy's own default.</summary>
public sealed record EngineOverrides
{
    /// <summary>Most requests admitted at the same time.</summary>
    public int? MaxSequences { get; init; }

    /// <summary>Most new tokens in one step.</summary>
    public int? TokenBudget { get; init; }

    /// <summary>Most prompt tokens of one request in one step.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>Whether blocks are found again by the hash of their content.</summary>
    public bool? PrefixCaching { get; init; }

    /// <summary>Wait for each step before composing the next.</summary>
    public bool? Synchronous { get; init; }

    /// <summary>True when the device has at least 70 GiB and is not an A100: engines default to a larger budget there.</summary>
    public bool LargeDevice { get; init; } = true;

    /// <summary>Solves the linear programs that some orders follow.</summary>
    public IStartTimeRelaxation Relaxation { get; init; } = new NoRelaxation();

    /// <summary>What policies that plan with a fluid know of the time of a step; all zero if nothing is known.</summary>
    public LinearStepTime StepTime { get; init; }

    /// <summary>
    /// A policy's own rules with whatever the user set put in their place. A chunk size is dropped where prompts are not split.
    /// </summary>
    public BatchingRules ApplyTo(BatchingRules rules) => rules with
    {
        MaxSequences = MaxSequences ?? rules.MaxSequences,
        TokenBudget = TokenBudget ?? rules.TokenBudget,
        ChunkTokens = rules.ChunkedPrefill ? ChunkTokens ?? rules.ChunkTokens : 0,
        PrefixCaching = PrefixCaching ?? rules.PrefixCaching,
        StepsInFlight = Synchronous is { } synchronous ? (synchronous ? 1 : 2) : rules.StepsInFlight,
    };
}

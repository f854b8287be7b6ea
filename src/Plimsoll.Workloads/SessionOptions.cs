using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads;

/// <summary>The shape of generated sessions: conversations whose prompts grow turn by turn and share system prompts.</summary>
public sealed record SessionOptions
{
    /// <summary>When sessions begin.</summary>
    public required OpenArrivals Arrivals { get; init; }

    /// <summary>How many sessions, from 0.</summary>
    public required long Sessions { get; init; }

    /// <summary>Turns in a session; geometric is the usual choice.</summary>
    public LengthDistribution Turns { get; init; } = new GeometricLength(5);

    /// <summary>New tokens that the user adds in each turn.</summary>
    public required LengthDistribution UserTokens { get; init; }

    /// <summary>Output tokens of each turn.</summary>
    public required LengthDistribution OutputTokens { get; init; }

    /// <summary>
    /// Mean of the exponential time from one turn's arrival to the next. A source does not know how long service takes, so this stands
    /// for the answer and for the thinking after it.
    /// </summary>
    public Duration MeanTurnGap { get; init; } = Duration.FromMilliseconds(30_000);

    /// <summary>Length of the system prompt, from 0, shared by all sessions of a group.</summary>
    public int SystemTokens { get; init; }

    /// <summary>Number of system prompts, from 1.</summary>
    public int SystemPrompts { get; init; } = 1;

    /// <summary>
    /// Exponent of the Zipf law by which sessions choose their system prompt: prompt k (from 1) in proportion to k to the power of minus
    /// this. 0 is uniform.
    /// </summary>
    public double SystemPromptSkew { get; init; }

    /// <summary>A first prompt is cut to this; a session ends before a later turn whose prompt would exceed it.</summary>
    public int MaxPromptTokens { get; init; } = LengthDistribution.MaxTokens;

    /// <summary>Tokens that one prefix hash covers, from 1.</summary>
    public int BlockTokens { get; init; } = 16;
}

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>The answer to "what if": two runs, or what is wrong with the question.</summary>
public sealed record WhatIfAnswer
{
    /// <summary>What is wrong with the question; then there are no runs.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The traffic under the policies that are.</summary>
    public WhatIfRun? Current { get; init; }

    /// <summary>The same traffic under the other policies.</summary>
    public WhatIfRun? Other { get; init; }

    /// <summary>What a reader must know about the numbers.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

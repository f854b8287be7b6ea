namespace Plimsoll.Metrics;

/// <summary>What finished in the span that throughput is measured over.</summary>
/// <param name="Completed">Requests completed.</param>
/// <param name="Good">Those of them that arrived after the warm-up and kept every objective.</param>
/// <param name="PromptTokens">Prompt tokens of the completed.</param>
/// <param name="OutputTokens">Output tokens of the completed.</param>
public readonly record struct WindowTotals(long Completed, long Good, long PromptTokens, long OutputTokens)
{
    /// <summary>Both together.</summary>
    public static WindowTotals operator +(WindowTotals a, WindowTotals b) =>
        new(a.Completed + b.Completed, a.Good + b.Good, a.PromptTokens + b.PromptTokens, a.OutputTokens + b.OutputTokens);
}

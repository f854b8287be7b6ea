namespace Plimsoll.Metrics;

/// <summary>What one replica served.</summary>
/// <param name="Requests">Requests it completed.</param>
/// <param name="PromptTokens">Their prompt tokens.</param>
/// <param name="OutputTokens">Their output tokens.</param>
public readonly record struct ReplicaTotals(long Requests, long PromptTokens, long OutputTokens)
{
    /// <summary>Both together.</summary>
    public static ReplicaTotals operator +(ReplicaTotals a, ReplicaTotals b) =>
        new(a.Requests + b.Requests, a.PromptTokens + b.PromptTokens, a.OutputTokens + b.OutputTokens);
}

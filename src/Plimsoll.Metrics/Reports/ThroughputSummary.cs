namespace Plimsoll.Metrics.Reports;

/// <summary>Rates over the measured span: what completed in it, divided by its length. Zero for a span of no length.</summary>
/// <param name="RequestsPerSecond">Requests completed per second.</param>
/// <param name="OutputTokensPerSecond">Their output tokens per second.</param>
/// <param name="PromptTokensPerSecond">Their prompt tokens per second.</param>
/// <param name="GoodputRequestsPerSecond">Requests per second that kept every objective.</param>
/// <param name="GoodputFraction">
/// Requests that kept every objective over all that completed, those of the warm-up apart; not a number when none completed.
/// </param>
public sealed record ThroughputSummary(
    double RequestsPerSecond,
    double OutputTokensPerSecond,
    double PromptTokensPerSecond,
    double GoodputRequestsPerSecond,
    double GoodputFraction)
{
    /// <summary>Prompt and output tokens per second.</summary>
    public double TotalTokensPerSecond => OutputTokensPerSecond + PromptTokensPerSecond;

    /// <summary>The rates of a run.</summary>
    public static ThroughputSummary Of(MetricsCollector metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        double seconds = metrics.Window.Seconds;
        WindowTotals window = metrics.InWindow;
        return new ThroughputSummary(
            PerSecond(window.Completed),
            PerSecond(window.OutputTokens),
            PerSecond(window.PromptTokens),
            PerSecond(window.Good),
            (double)metrics.GoodRequests / metrics.E2e.Count);

        double PerSecond(long count) => seconds > 0 ? count / seconds : 0;
    }
}

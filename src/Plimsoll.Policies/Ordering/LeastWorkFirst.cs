using Plimsoll.Core;

namespace Plimsoll.Policies.Ordering;

/// <summary>Least expected work first: prompt plus predicted output tokens; then arrival, then request id.</summary>
/// <remarks>
/// <para>
/// Signals: Tokens and PredictedLength. The prediction is made once, when the request arrives, and does not change while it waits. A
/// request of which nothing was predicted counts its prompt alone.
/// </para>
/// <para>A bad idea above the load line: long requests then wait for ever, because nothing ages. Wrong predictions cost what they
/// promise.</para>
/// <para>Source: W. E. Smith, Various Optimizers for Single-Stage Production, Naval Research Logistics Quarterly 3, 1956.</para>
/// </remarks>
public sealed class LeastWorkFirst : IOrderingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IOrderingPolicy> Entry { get; } = new()
    {
        Name = "least-work",
        Summary = "Serves the request with the least expected work first: prompt plus predicted output tokens.",
        BadIdea = "Above the load line: long requests wait for ever, because nothing ages.",
        Source = "W. E. Smith, Various Optimizers for Single-Stage Production, Naval Research Logistics Quarterly 3, 1956.",
        Signals = Signals.Tokens | Signals.PredictedLength,
        Create = _ => new LeastWorkFirst(),
    };

    /// <inheritdoc/>
    public int Compare(in RequestView first, in RequestView second)
    {
        int work = WorkOf(first).CompareTo(WorkOf(second));
        return work != 0 ? work : FirstCome.ByArrival(first, second);
    }

    private static long WorkOf(in RequestView request) => (long)request.PromptTokens + request.PredictedOutputTokens;
}

using Plimsoll.Simulation.Barrier;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What counts when balancing policies are put in order.</summary>
/// <param name="Name">As scenarios write it.</param>
/// <param name="Title">With its unit.</param>
/// <param name="MoreIsBetter">Whether the greatest is the best.</param>
/// <param name="Of">Its value.</param>
internal sealed record BalancingMeasure(string Name, string Title, bool MoreIsBetter, Func<SlotGroupOutcome, double> Of)
{
    private static readonly BalancingMeasure[] All =
    [
        new("throughput", "output tokens/s", true, outcome => outcome.Barrier.UntilLastAssignment.OutputTokensPerSecond),
        new("whole_throughput", "output tokens/s, whole run", true, outcome => outcome.Barrier.Whole.OutputTokensPerSecond),
        new("mean_latency", "mean latency, s", false, outcome => outcome.Metrics.E2e.MeanSeconds),
        new("longest_wait", "longest wait for a first token, s", false, outcome => outcome.Metrics.Ttft.Max.Seconds),
    ];

    /// <summary>Takes it from a field.</summary>
    public static BalancingMeasure Read(ScenarioFields fields, string name)
    {
        string text = fields.Text(name);
        if (Array.Find(All, measure => measure.Name == text) is { } found)
        {
            return found;
        }

        fields.Report(name, $"must be one of {string.Join(", ", All.Select(measure => measure.Name))}");
        return All[0];
    }
}

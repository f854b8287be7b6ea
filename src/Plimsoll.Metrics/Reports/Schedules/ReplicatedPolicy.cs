using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>One policy over several lists of jobs.</summary>
/// <param name="Policy">The policy as the user wrote it.</param>
/// <param name="Livelocks">Lists on which it never ended; its numbers then do not exist.</param>
/// <param name="Values">For each of <see cref="ScheduleMetric.All"/>: mean over the lists and its 95 % interval.</param>
/// <param name="Differences">The same of the difference from the first policy, list by list.</param>
public sealed record ReplicatedPolicy(
    string Policy, int Livelocks, IReadOnlyList<MeanEstimate> Values, IReadOnlyList<MeanEstimate> Differences)
{
    /// <summary>Every policy of reports of the same policies on different lists.</summary>
    public static IReadOnlyList<ReplicatedPolicy> From(IReadOnlyList<ScheduleReport> lists) =>
        [.. Enumerable.Range(0, lists[0].Runs.Count).Select(policy => Of(lists, policy))];

    private static ReplicatedPolicy Of(IReadOnlyList<ScheduleReport> lists, int policy) => new(
        lists[0].Runs[policy].Policy,
        lists.Count(list => list.Runs[policy].Outcome is null),
        [.. ScheduleMetric.All.Select(metric => MeanEstimate.Of(ValuesOf(lists, policy, metric)))],
        [.. ScheduleMetric.All.Select(metric => MeanEstimate.OfPairedDifferences(ValuesOf(lists, policy, metric), ValuesOf(lists, 0, metric)))]);

    private static double[] ValuesOf(IReadOnlyList<ScheduleReport> lists, int policy, ScheduleMetric metric) =>
        [.. lists.Select(list => list.Runs[policy].Outcome is { } outcome ? metric.Value(outcome, list.LowerBound) : double.NaN)];
}

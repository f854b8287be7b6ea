using System.Globalization;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Calibration.Validation;

/// <summary>
/// The rows of a data set of many configurations: once from the catalogue alone, and once with the costs of each engine and GPU fitted on
/// every other setting, the first included, in the order of the file, and judged on those between.
/// </summary>
internal static class CostedRows
{
    // Below this, four numbers are not worth fitting.
    private const int LeastConfigurations = 12;

    /// <summary>How the halves are made, for notes.</summary>
    public const string Declared =
        "Fitted: four costs for each engine and GPU, from every other setting in the order of the file, judged on those between; repeats stay together."
        + " That a step has a least length was added after looking at judged rows of Splitwise.";

    public static IEnumerable<ValidationRow> FromCatalogue(IEnumerable<CostedConfiguration> all) =>
        Rows(all, ValidationRow.FromCatalogue, (_, latency) => latency.RooflineSeconds);

    public static IReadOnlyList<ValidationRow> FromFits(string name, IEnumerable<CostedConfiguration> all, List<ReportEntry> parameters)
    {
        List<ValidationRow> rows = [];
        foreach (IGrouping<string, CostedConfiguration> engine in all.GroupBy(each => each.Engine).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            CostedConfiguration[] configurations = [.. engine];
            if (configurations.Length < LeastConfigurations)
            {
                continue;
            }

            HashSet<string> first = [.. configurations.Select(each => each.Setting).Distinct().Where((_, i) => i % 2 == 0)];
            CostedConfiguration[] fitted = [.. configurations.Where(each => first.Contains(each.Setting))];
            CostedConfiguration[] judged = [.. configurations.Where(each => !first.Contains(each.Setting))];
            var cost = EngineCost.Fit([.. fitted.SelectMany(each => each.Latencies).Select(pair => pair.Latency)]);
            string place = string.Create(CultureInfo.InvariantCulture, $"{name}: {engine.Key} ({fitted.Length} fitted, {judged.Length} judged)");
            parameters.Add(new ReportEntry(place, cost.ToString()));
            rows.AddRange(Rows(judged, ValidationRow.FromFit, (_, latency) => cost.Of(latency)));
        }

        return rows;
    }

    private static IEnumerable<ValidationRow> Rows(
        IEnumerable<CostedConfiguration> all, string prediction, Func<CostedConfiguration, CostedLatency, double> predicted) => all
        .SelectMany(each => each.Latencies.Select(pair => (each, pair.Metric, pair.Latency)))
        .GroupBy(each => (each.each.Dataset, each.Metric))
        .OrderBy(group => group.Key.Dataset, StringComparer.Ordinal)
        .Select(group => ValidationRow.OfMany(
            group.Key.Dataset,
            prediction,
            group.Key.Metric,
            [.. group.Select(each => (predicted(each.each, each.Latency), each.Latency.MeasuredSeconds))]));
}

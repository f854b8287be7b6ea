using System.Text.Json;
using System.Text.RegularExpressions;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Observing;

/// <summary>The Grafana dashboard asks for nothing that the gateway does not show.</summary>
public sealed partial class GrafanaTests
{
    [Fact]
    public async Task Every_metric_and_label_of_the_grafana_dashboard_exists()
    {
        await using Served served = await Served.StartAsync(1);
        var families = served.Gateway.Metrics.Families.ToDictionary(family => family.Name, StringComparer.Ordinal);
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("deploy/grafana/plimsoll.json"), TestContext.Current.CancellationToken));
        string[] expressions =
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
            .. dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
                .Select(variable => variable.GetProperty("query").GetString()!),
        ];

        var used = expressions.SelectMany(expression => Metric().Matches(expression).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);
        var labels = expressions.SelectMany(expression => Grouping().Matches(expression).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.True(used.Count >= 15, "the dashboard shows hardly anything");
        Assert.All(used, name => Assert.True(families.ContainsKey(FamilyOf(name, families)), $"{name} is not on the page of metrics"));
        Assert.All(labels, label => Assert.Contains(label, families.Values.SelectMany(family => family.Labels).Append("le")));
    }

    private static string FamilyOf(string name, Dictionary<string, MetricFamily> families)
    {
        string bare = Suffix().Replace(name, "");
        return families.TryGetValue(bare, out MetricFamily? family) && family.Type == "histogram" ? bare : name;
    }

    [GeneratedRegex(@"plimsoll_\w+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"by \((\w+)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}

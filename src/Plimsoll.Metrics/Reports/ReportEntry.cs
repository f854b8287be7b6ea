namespace Plimsoll.Metrics.Reports;

/// <summary>A named value of a report: a setting, a reason, a statistic.</summary>
/// <param name="Name">The name, as it stands in JSON.</param>
/// <param name="Value">The value as text.</param>
public readonly record struct ReportEntry(string Name, string Value);

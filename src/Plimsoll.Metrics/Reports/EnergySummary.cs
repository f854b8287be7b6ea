namespace Plimsoll.Metrics.Reports;

/// <summary>What the run drew, by the power model of its configuration.</summary>
/// <param name="Joules">Energy of all accelerators.</param>
/// <param name="JoulesPerOutputToken">The same over output tokens; not a number when there were none.</param>
public sealed record EnergySummary(double Joules, double JoulesPerOutputToken);

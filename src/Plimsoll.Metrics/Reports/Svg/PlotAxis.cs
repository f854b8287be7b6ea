namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>An axis. Ends that are not given follow from the data.</summary>
/// <param name="Label">What it measures; the unit of time is added.</param>
/// <param name="Kind">How ticks are written.</param>
/// <param name="Logarithmic">
/// Whether equal ratios are equal distances. Data that spans less than a factor of three, or is not positive, is drawn linearly anyway.
/// </param>
/// <param name="Min">Fixed lower end.</param>
/// <param name="Max">Fixed upper end.</param>
public sealed record PlotAxis(
    string Label,
    AxisKind Kind = AxisKind.Number,
    bool Logarithmic = false,
    double? Min = null,
    double? Max = null);

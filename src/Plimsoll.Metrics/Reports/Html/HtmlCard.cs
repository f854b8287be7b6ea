namespace Plimsoll.Metrics.Reports.Html;

/// <summary>A headline number.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">The number with its unit.</param>
/// <param name="Detail">A word below it.</param>
/// <param name="Sparkline">A small picture below that, as SVG from <see cref="Svg.Sparkline"/>; none by default.</param>
public sealed record HtmlCard(string Label, string Value, string Detail = "", string Sparkline = "");

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>The drawing's own units: about pixels where the page is wide enough. Pictures scale to the width they are given.</summary>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="CharWidth">Room for one character of a tick label, with some to spare for the larger type of narrow screens.</param>
/// <param name="CssClass">Classes by which the style sheet sets the size of the type.</param>
public sealed record PlotSize(double Width, double Height, double CharWidth, string CssClass)
{
    /// <summary>Three beside each other.</summary>
    public static PlotSize Third { get; } = new(400, 260, 7.2, "plot plot-third");

    /// <summary>Two beside each other.</summary>
    public static PlotSize Half { get; } = new(560, 260, 9, "plot plot-half");
}

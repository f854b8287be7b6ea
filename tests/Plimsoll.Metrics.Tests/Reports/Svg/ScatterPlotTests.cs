using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Tests.Reports.Svg;

public sealed class ScatterPlotTests
{
    [Fact]
    public void Every_point_is_a_dot_and_what_is_no_number_is_none()
    {
        string svg = Plot([new(1, -0.1), new(2, double.NaN), new(3, 0.2)]).ToSvg();

        Assert.Equal(2, Dots(svg));
    }

    [Fact]
    public void Of_very_many_points_every_so_many_is_drawn()
    {
        string svg = Plot([.. Enumerable.Range(0, 10_000).Select(i => new PlotPoint(i, i % 7))]).ToSvg();

        Assert.InRange(Dots(svg), ScatterPlot.MostDots / 2, ScatterPlot.MostDots);
    }

    [Fact]
    public void Without_points_it_says_so() => Assert.Contains("nothing to show", Plot([]).ToSvg(), StringComparison.Ordinal);

    private static ScatterPlot Plot(PlotPoint[] points) =>
        new("Errors", "Errors of a fit.", new PlotAxis("tokens"), new PlotAxis("error", AxisKind.Fraction), [new PlotSeries("fitted", points)]);

    private static int Dots(string svg) => svg.Split("<circle").Length - 1;
}

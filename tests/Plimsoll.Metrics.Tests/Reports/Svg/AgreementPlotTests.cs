using System.Globalization;
using System.Xml.Linq;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Tests.Reports.Svg;

/// <summary>Dots on two axes of the same kind.</summary>
public sealed class AgreementPlotTests
{
    [Fact]
    public void What_agrees_lies_on_the_line_and_what_is_too_high_above_it()
    {
        XElement svg = Draw([new PlotPoint(1, 1), new PlotPoint(4, 4), new PlotPoint(2, 3)]);
        XElement rule = svg.Descendants().Last(element => element.Name.LocalName == "line" && (string?)element.Attribute("class") == "rule");
        (double X, double Y)[] dots = [.. svg.Descendants().Where(element => element.Name.LocalName == "circle").Select(dot => (Of(dot, "cx"), Of(dot, "cy")))];

        Assert.Equal(3, dots.Length);
        Assert.Equal(LineAt(rule, dots[0].X), dots[0].Y, tolerance: 0.1);
        Assert.Equal(LineAt(rule, dots[1].X), dots[1].Y, tolerance: 0.1);
        Assert.True(dots[2].Y < LineAt(rule, dots[2].X) - 1);
    }

    [Fact]
    public void What_is_no_number_is_left_out() =>
        Assert.Contains("nothing to show", Draw([new PlotPoint(double.NaN, 1), new PlotPoint(1, double.PositiveInfinity)]).Value, StringComparison.Ordinal);

    private static double LineAt(XElement rule, double x) =>
        Of(rule, "y1") + ((x - Of(rule, "x1")) / (Of(rule, "x2") - Of(rule, "x1")) * (Of(rule, "y2") - Of(rule, "y1")));

    private static double Of(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static XElement Draw(PlotPoint[] points) => XElement.Parse(
        new AgreementPlot("title", "description", new PlotAxis("measured"), new PlotAxis("predicted"), points).ToSvg());
}

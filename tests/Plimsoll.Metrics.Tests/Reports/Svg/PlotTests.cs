using System.Globalization;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Tests.Reports.Svg;

public sealed class PlotTests
{
    [Fact]
    public void Time_axes_are_read_in_the_unit_that_fits()
    {
        string[] texts = Texts(Plot(new PlotAxis("time", AxisKind.Seconds), new PlotAxis("n"), (0, 0), (600, 12_000)));
        Assert.Contains("time (min)", texts);
        Assert.Equal(["0", "2", "4", "6", "8", "10"], texts.Skip(texts.ToList().IndexOf("15k") + 1).SkipLast(1));
    }

    [Fact]
    public void Vertical_axes_start_at_zero_and_end_at_a_round_number()
    {
        string[] texts = Texts(Plot(new PlotAxis("x", Min: 0, Max: 1), new PlotAxis("n"), (0, 37), (1, 87)));
        Assert.Equal(["n", "0", "20", "40", "60", "80", "100"], texts.Take(7));
    }

    [Fact]
    public void Logarithmic_axes_carry_powers_of_ten()
    {
        PlotAxis axis = new("TTFT", AxisKind.Seconds, Logarithmic: true);
        string[] texts = Texts(Plot(axis, new PlotAxis("n", Max: 1), (0.0005, 0), (50, 1)));
        Assert.Equal(["1 ms", "10 ms", "100 ms", "1 s", "10 s"], texts.Where(text => text.EndsWith('s') && text != "n"));
    }

    [Fact]
    public void Narrow_data_on_a_logarithmic_axis_is_drawn_linearly()
    {
        string[] texts = Texts(Plot(new PlotAxis("TPOT", AxisKind.Seconds, Logarithmic: true), new PlotAxis("n"), (0.030, 0), (0.040, 1)));
        Assert.Contains("TPOT (ms)", texts);
        Assert.Contains("32", texts);
    }

    [Fact]
    public void Fractions_are_written_in_percent() =>
        Assert.Contains("60 %", Texts(Plot(new PlotAxis("x"), new PlotAxis("y", AxisKind.Fraction, Min: 0, Max: 1), (0, 0), (1, 1))));

    [Fact]
    public void Gaps_interrupt_the_line()
    {
        XElement svg = Plot(new PlotAxis("x"), new PlotAxis("y"), (0, 1), (1, 1), (2, double.NaN), (3, 1), (4, 1));
        Assert.Equal(2, Path(svg, "line s0").Count(c => c == 'M'));
    }

    [Fact]
    public void Points_on_the_same_pixel_are_drawn_once()
    {
        (double, double)[] points = [.. Enumerable.Range(0, 100_000).Select(i => (i / 1e5, i / 1e5))];
        Assert.InRange(Path(Plot(new PlotAxis("x"), new PlotAxis("y"), points), "line s0").Count(c => c == 'L'), 300, 1200);
    }

    [Fact]
    public void Every_picture_is_well_formed_and_finite_whatever_the_data() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Elements(0, 1, -1, 1e-12, 3.7, 1e18, double.NaN)).ToArbitrary(), values =>
        {
            PlotPoint[] points = [.. values.Select((y, i) => new PlotPoint(i, y))];
            PlotAxis log = new("x", AxisKind.Seconds, Logarithmic: true);
            string line = new LinePlot("t", "d", log, new PlotAxis("y"), [new PlotSeries("s", points, Filled: true)]).ToSvg();
            string spark = Sparkline.ToSvg("d", values);
            string lanes = new LanePlot("t", "d", 0, 10, [new PlotLane("0", values)], "0", "1").ToSvg();
            int[] whole = [.. values.Select(v => double.IsNaN(v) ? 0 : (int)Math.Min(v, 1e6))];
            string bars = new HistogramPlot("t", "d", "x", HistogramPlot.LogarithmicBars(whole, 20)).ToSvg();
            string heat = new HeatMap("t", "d", "x", "y", whole, whole).ToSvg();
            return new[] { line, lanes, bars, heat }.All(Sound) && (spark.Length == 0 || Sound(spark));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bars_hold_every_value_once()
    {
        int[] values = [1, 1, 2, 3, 5, 8, 13, 1000, 4000, 0, -3];
        IReadOnlyList<HistogramBar> bars = HistogramPlot.LogarithmicBars(values, 12);
        Assert.Equal(9.0 / 11, bars.Sum(bar => bar.Fraction), 1e-12);
        Assert.Equal(0.5, bars[0].Low);
        Assert.Equal(4000.5, bars[^1].High);
        Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.Equal(pair.First.High, pair.Second.Low));
        Assert.Empty(HistogramPlot.LogarithmicBars([0], 12));
    }

    [Fact]
    public void Lanes_merge_equal_neighbours()
    {
        double[] values = [0.05, 0.05, 0.05, 0.95, double.NaN, double.NaN, 0.95];
        XElement svg = XElement.Parse(new LanePlot("t", "d", 0, 7, [new PlotLane("0", values)], "low", "high").ToSvg());
        Assert.Equal(1, Path(svg, "heat h0").Count(c => c == 'M'));
        Assert.Equal(2, Path(svg, "heat h9").Count(c => c == 'M'));
    }

    [Fact]
    public void Intervals_that_include_zero_are_hollow()
    {
        PlotInterval[] rows = [new("sure", -0.3, -0.2, -0.1), new("unsure", -0.1, 0.05, 0.2), new("alone", double.NaN, 0.1, double.NaN)];
        XElement svg = XElement.Parse(new IntervalPlot("t", "d", new PlotAxis("x", AxisKind.Fraction), rows).ToSvg());
        string[] dots = [.. svg.Elements("circle").Select(dot => (string)dot.Attribute("class")!)];
        Assert.Equal(["dot s0", "dot hollow", "dot hollow"], dots);
        string[] lines = [.. svg.Elements("line").Select(line => (string)line.Attribute("class")!)];
        Assert.Equal(["whisker s0", "whisker unsure"], lines.Where(line => line.StartsWith("whisker", StringComparison.Ordinal)));
    }

    [Fact]
    public void Signed_bars_begin_or_end_at_zero()
    {
        SignedBar[] bars = [new("up", 2, "+2"), new("down", -1, "−1"), new("none", double.NaN, "–")];
        string picture = new SignedBarPlot("t", "d", new PlotAxis("x"), bars).ToSvg();
        XElement svg = XElement.Parse(picture);
        (double From, double To)[] drawn =
            [.. svg.Elements("rect").Select(bar => ((double)bar.Attribute("x")!, (double)bar.Attribute("x")! + (double)bar.Attribute("width")!))];
        double zero = (double)svg.Elements("line").Single(line => (string)line.Attribute("class")! == "rule").Attribute("x1")!;
        Assert.Equal(2, drawn.Length);
        Assert.Equal(zero, drawn[0].From, 0.2);
        Assert.Equal(zero, drawn[1].To, 0.2);
        Assert.Equal(drawn[0].To - drawn[0].From, 2 * (drawn[1].To - drawn[1].From), 0.3);
        Assert.True(Sound(picture));
    }

    private static bool Sound(string svg) =>
        XElement.Parse(svg).DescendantsAndSelf().SelectMany(element => element.Attributes())
            .All(attribute => !attribute.Value.Contains("NaN", StringComparison.Ordinal) && !attribute.Value.Contains('∞'))
        && XElement.Parse(svg).Elements("line").All(line => line.Attributes().Where(a => a.Name != "class")
            .All(a => Math.Abs(double.Parse(a.Value, CultureInfo.InvariantCulture)) < 1000));

    private static XElement Plot(PlotAxis x, PlotAxis y, params (double X, double Y)[] points) => XElement.Parse(
        new LinePlot("t", "d", x, y, [new PlotSeries("s", [.. points.Select(p => new PlotPoint(p.X, p.Y))])]).ToSvg());

    private static string[] Texts(XElement svg) => [.. svg.Elements("text").Select(text => text.Value)];

    private static string[] Paths(XElement svg, string cssClass) =>
        [.. svg.Elements("path").Where(path => (string?)path.Attribute("class") == cssClass).Select(path => (string)path.Attribute("d")!)];

    private static string Path(XElement svg, string cssClass) => Paths(svg, cssClass)[0];
}

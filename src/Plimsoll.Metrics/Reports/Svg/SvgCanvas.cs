using System.Text;

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Writes one SVG picture. Colours and type come from the style sheet, by class, so that they follow light and dark.</summary>
internal sealed class SvgCanvas
{
    private readonly StringBuilder _svg = new();

    /// <summary>
    /// Opens the picture, with what a screen reader says about it. With a <paramref name="fit"/> of none it is stretched to its room.
    /// </summary>
    public SvgCanvas(double width, double height, string cssClass, string title, string description, string fit = "xMidYMid")
    {
        _svg.Append($"<svg class=\"{cssClass}\" viewBox=\"0 0 {N(width)} {N(height)}\" preserveAspectRatio=\"{fit}\"");
        _svg.Append($" role=\"img\" aria-label=\"{Markup.Escape(title)}\">");
        _svg.Append($"<desc>{Markup.Escape(description)}</desc>");
    }

    public void Line(double x1, double y1, double x2, double y2, string cssClass) =>
        _svg.Append($"<line class=\"{cssClass}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>");

    /// <summary>Text; the class <c>end</c> or <c>mid</c> makes it end at x or centre on it.</summary>
    public void Text(double x, double y, string text, string cssClass = "") =>
        _svg.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" class=\"{cssClass}\">{Markup.Escape(text)}</text>");

    public void Path(string d, string cssClass)
    {
        if (d.Length > 0)
        {
            _svg.Append($"<path class=\"{cssClass}\" d=\"{d}\"/>");
        }
    }

    public void Dot(double x, double y, double radius, string cssClass, string tooltip) =>
        _svg.Append($"<circle class=\"{cssClass}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\">")
            .Append($"<title>{Markup.Escape(tooltip)}</title></circle>");

    public void Rectangle(double x, double y, double width, double height, string cssClass, string tooltip)
    {
        _svg.Append($"<rect class=\"{cssClass}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\">");
        _svg.Append($"<title>{Markup.Escape(tooltip)}</title></rect>");
    }

    /// <summary>Closes the picture.</summary>
    public string Close() => _svg.Append("</svg>").ToString();

    private static string N(double value) => Markup.Coordinate(value);
}

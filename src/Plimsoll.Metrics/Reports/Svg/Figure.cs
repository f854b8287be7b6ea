using System.Text;

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A picture with its caption, and a legend when there is more than one thing to tell apart.</summary>
internal static class Figure
{
    /// <summary>The most series that have a colour of their own.</summary>
    public const int Colours = 8;

    /// <summary>The class that gives the series at <paramref name="index"/> its colour.</summary>
    public static string ColourClass(int index) => "s" + (char)('0' + (index % Colours));

    /// <summary>The figure as HTML.</summary>
    public static string Html(string caption, IReadOnlyList<string> legend, string svg)
    {
        StringBuilder html = new();
        html.Append("<figure><figcaption><b>").Append(Markup.Escape(caption)).Append("</b>");
        if (legend.Count > 1)
        {
            html.Append("<ul class=\"legend\">");
            for (int i = 0; i < legend.Count; i++)
            {
                html.Append($"<li class=\"{ColourClass(i)}\">{Markup.Escape(legend[i])}</li>");
            }

            html.Append("</ul>");
        }

        return html.Append("</figcaption>").Append(svg).Append("</figure>").ToString();
    }
}

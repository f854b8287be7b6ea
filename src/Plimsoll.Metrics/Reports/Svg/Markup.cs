using System.Globalization;
using System.Text;

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Text that becomes part of HTML or SVG.</summary>
internal static class Markup
{
    /// <summary>
    /// The text with everything escaped that could end a text or an attribute in double quotes. Control characters, which neither format
    /// allows, become replacement characters.
    /// </summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\n' or '\t' => escaped.Append(c),
                _ => escaped.Append(char.IsControl(c) ? '\uFFFD' : c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>A coordinate, to a tenth.</summary>
    public static string Coordinate(double value) =>
        (Math.Round(value * 10) / 10 is var rounded && rounded == 0 ? 0 : rounded).ToString("0.#", CultureInfo.InvariantCulture);
}

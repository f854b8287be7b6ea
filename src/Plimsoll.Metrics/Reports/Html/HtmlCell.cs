namespace Plimsoll.Metrics.Reports.Html;

/// <summary>A cell of a table.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Emphasis">Whether it stands out.</param>
/// <param name="Sparkline">A picture in place of the text, as SVG from <see cref="Svg.Sparkline"/>; none by default.</param>
public readonly record struct HtmlCell(string Text, bool Emphasis = false, string? Sparkline = null)
{
    /// <summary>Plain text.</summary>
    public static implicit operator HtmlCell(string text) => new(text);
}

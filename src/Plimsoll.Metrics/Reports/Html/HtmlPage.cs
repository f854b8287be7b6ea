using System.Text;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Reports.Html;

/// <summary>
/// One self-contained page: no script, no network, no outside fonts; light or dark as the reader prefers. Everything given as text is
/// escaped; figures are the markup that plots make.
/// </summary>
public sealed class HtmlPage
{
    private readonly StringBuilder _body = new();
    private readonly string _title;

    /// <summary>A page that begins with its title and a sentence.</summary>
    public HtmlPage(string title, string lead)
    {
        _title = title;
        _body.Append("<header><p class=\"brand\">").Append(PageStyle.Mark).Append("Plimsoll</p>");
        _body.Append($"<h1>{Markup.Escape(title)}</h1><p class=\"lead\">{Markup.Escape(lead)}</p></header>\n");
    }

    /// <summary>A remark that must not be overlooked.</summary>
    public void Warning(string text) => _body.Append($"<p class=\"warning\" role=\"note\">{Markup.Escape(text)}</p>\n");

    /// <summary>Small facts in a row, such as a seed and a digest.</summary>
    public void Facts(IReadOnlyList<ReportEntry> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        _body.Append("<ul class=\"facts\">");
        foreach (ReportEntry fact in facts)
        {
            _body.Append($"<li>{Markup.Escape(fact.Name)} <b>{Markup.Escape(fact.Value)}</b></li>");
        }

        _body.Append("</ul>\n");
    }

    /// <summary>A heading, and under it a sentence if there is one.</summary>
    public void Section(string heading, string text = "")
    {
        _body.Append($"<h2>{Markup.Escape(heading)}</h2>\n");
        if (text.Length > 0)
        {
            _body.Append($"<p class=\"text\">{Markup.Escape(text)}</p>\n");
        }
    }

    /// <summary>Headline numbers.</summary>
    public void Cards(IReadOnlyList<HtmlCard> cards)
    {
        ArgumentNullException.ThrowIfNull(cards);
        _body.Append("<div class=\"cards\">");
        foreach (HtmlCard card in cards)
        {
            _body.Append($"<div class=\"card\"><span>{Markup.Escape(card.Label)}</span><b>{Markup.Escape(card.Value)}</b>");
            _body.Append($"<small>{Markup.Escape(card.Detail)}</small>{card.Sparkline}</div>");
        }

        _body.Append("</div>\n");
    }

    /// <summary>Figures side by side as far as there is room.</summary>
    /// <param name="figures">The markup of plots.</param>
    public void Figures(params IReadOnlyList<string> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _body.Append(figures.Count is 2 or 4 ? "<div class=\"figures two\">" : "<div class=\"figures three\">");
        foreach (string figure in figures)
        {
            _body.Append(figure).Append('\n');
        }

        _body.Append("</div>\n");
    }

    /// <summary>A table; it scrolls by itself where the screen is too narrow for it.</summary>
    public void Table(HtmlTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _body.Append($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Markup.Escape(table.Caption)}\">");
        _body.Append(table.Textual ? "<table class=\"textual\">" : "<table>");
        _body.Append($"<caption>{Markup.Escape(table.Caption)}</caption><thead><tr>");
        foreach (string heading in table.Headings)
        {
            _body.Append($"<th scope=\"col\">{Markup.Escape(heading)}</th>");
        }

        _body.Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<HtmlCell> row in table.Rows)
        {
            AppendRow(row);
        }

        _body.Append("</tbody></table></div>\n");
    }

    /// <summary>Remarks, one to a line.</summary>
    public void Notes(IReadOnlyList<string> notes)
    {
        ArgumentNullException.ThrowIfNull(notes);
        _body.Append("<ul class=\"notes\">");
        foreach (string note in notes)
        {
            _body.Append($"<li>{Markup.Escape(note)}</li>");
        }

        _body.Append("</ul>\n");
    }

    /// <summary>Terms and what they mean.</summary>
    public void Definitions(IReadOnlyList<ReportEntry> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        _body.Append("<dl>");
        foreach (ReportEntry definition in definitions)
        {
            _body.Append($"<div><dt>{Markup.Escape(definition.Name)}</dt><dd>{Markup.Escape(definition.Value)}</dd></div>");
        }

        _body.Append("</dl>\n");
    }

    /// <summary>Writes the whole page.</summary>
    public void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        output.Write("<meta http-equiv=\"Content-Security-Policy\" ");
        output.Write("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
        output.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        output.Write("<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n");
        output.Write("<title>" + Markup.Escape(_title) + " – Plimsoll</title>\n");
        output.Write("<style>\n" + PageStyle.Css + "</style>\n</head>\n<body>\n<main>\n");
        output.Write(_body.ToString());
        output.Write("</main>\n</body>\n</html>\n");
    }

    private void AppendRow(IReadOnlyList<HtmlCell> row)
    {
        _body.Append("<tr>");
        for (int i = 0; i < row.Count; i++)
        {
            string text = row[i].Sparkline ?? Markup.Escape(row[i].Text);
            text = row[i].Emphasis ? "<strong>" + text + "</strong>" : text;
            _body.Append(i == 0 ? $"<th scope=\"row\">{text}</th>" : $"<td>{text}</td>");
        }

        _body.Append("</tr>\n");
    }
}

namespace Plimsoll.Metrics.Reports.Html;

/// <summary>A table. The first column names the row and is set left; the others are numbers and set right.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Headings">One for each column.</param>
/// <param name="Rows">The rows; each as long as the headings.</param>
/// <param name="Textual">Whether the other columns are words, and set left too.</param>
public sealed record HtmlTable(
    string Caption,
    IReadOnlyList<string> Headings,
    IReadOnlyList<IReadOnlyList<HtmlCell>> Rows,
    bool Textual = false);

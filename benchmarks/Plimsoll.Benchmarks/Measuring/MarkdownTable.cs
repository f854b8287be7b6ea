using System.Text;

namespace Plimsoll.Benchmarks.Measuring;

/// <summary>A table in Markdown: the first column is text, the others are numbers.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();

    public MarkdownTable(params ReadOnlySpan<string> columns)
    {
        Add(columns);
        _text.Append("| ---").Insert(_text.Length, " | ---:", columns.Length - 1).Append(" |\n");
    }

    public MarkdownTable Add(params ReadOnlySpan<string> cells)
    {
        _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        return this;
    }

    public override string ToString() => _text.ToString();
}

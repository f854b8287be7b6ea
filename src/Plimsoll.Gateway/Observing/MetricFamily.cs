using System.Globalization;
using System.Text;

namespace Plimsoll.Gateway.Observing;

/// <summary>One metric with all its series, in the text format of Prometheus.</summary>
internal abstract class MetricFamily(string name, string type, string help, string[] labels)
{
    public string Name => name;

    public string Type => type;

    public string Help => help;

    public IReadOnlyList<string> Labels => labels;

    public void Write(StringBuilder to)
    {
        to.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        WriteSeries(to);
    }

    protected abstract void WriteSeries(StringBuilder to);

    protected void WriteLine(StringBuilder to, string suffix, (string First, string Second) values, string? bound, double value)
    {
        to.Append(name).Append(suffix);
        char separator = '{';
        for (int i = 0; i < labels.Length; i++)
        {
            to.Append(separator).Append(labels[i]).Append("=\"").Append(Escaped(i == 0 ? values.First : values.Second)).Append('"');
            separator = ',';
        }

        if (bound is not null)
        {
            to.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }

        to.Append(separator == ',' ? "} " : " ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}

using System.Text;

namespace Plimsoll.Gateway.Observing;

/// <summary>
/// Numbers that are kept elsewhere, as they are when they are asked for; one for each value of the label, if there is one.
/// </summary>
internal sealed class ReadFamily(string name, string type, string help, string? label, Func<IEnumerable<(string Label, double? Value)>> read)
    : MetricFamily(name, type, help, label is null ? [] : [label])
{
    protected override void WriteSeries(StringBuilder to)
    {
        foreach ((string value, double? number) in read())
        {
            if (number is { } known)
            {
                WriteLine(to, "", (value, ""), null, known);
            }
        }
    }
}

using System.Text;

namespace Plimsoll.Gateway.Observing;

/// <summary>Numbers as they are when they are asked for.</summary>
internal sealed class GaugeFamily(string name, string help, string label, Func<IEnumerable<(string Label, double? Value)>> read)
    : MetricFamily(name, "gauge", help, [label])
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

using System.Globalization;
using System.Text;

namespace Plimsoll.Gateway.Emulation;

/// <summary>A histogram as Prometheus has it: counts of observations up to each bound, and their sum.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it measures.</param>
/// <param name="bounds">Upper bounds, ascending.</param>
internal sealed class MetricHistogram(string name, string help, double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Observe(double value)
    {
        int bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        _counts[bucket]++;
        _sum += value;
    }

    public void AppendTo(StringBuilder text, string labels)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} histogram\n");
        long count = 0;
        for (int bucket = 0; bucket < bounds.Length; bucket++)
        {
            count += _counts[bucket];
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{bounds[bucket]}\"}} {count}\n");
        }

        count += _counts[^1];
        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {_sum}\n{name}_count{{{labels}}} {count}\n");
    }
}

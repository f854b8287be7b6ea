using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Plimsoll.Gateway.Observing;

/// <summary>Times in seconds, sorted into buckets, for each model.</summary>
internal sealed class HistogramFamily(string name, string help, double[] bounds, string label) : MetricFamily(name, "histogram", help, [label])
{
    private readonly ConcurrentDictionary<string, Buckets> _series = new();

    public void Observe(double seconds, string first)
    {
        Buckets buckets = _series.GetOrAdd(first, static (_, size) => new Buckets(size), bounds.Length + 1);
        int place = Array.BinarySearch(bounds, seconds);
        Interlocked.Increment(ref buckets.Counts[place < 0 ? ~place : place]);
        Interlocked.Add(ref buckets.Nanoseconds, (long)(seconds * 1e9));
    }

    protected override void WriteSeries(StringBuilder to)
    {
        foreach (KeyValuePair<string, Buckets> series in _series.OrderBy(series => series.Key, StringComparer.Ordinal))
        {
            (string, string) values = (series.Key, "");
            long sum = 0;
            for (int i = 0; i <= bounds.Length; i++)
            {
                sum += Interlocked.Read(ref series.Value.Counts[i]);
                WriteLine(to, "_bucket", values, i < bounds.Length ? bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf", sum);
            }

            WriteLine(to, "_sum", values, null, Interlocked.Read(ref series.Value.Nanoseconds) / 1e9);
            WriteLine(to, "_count", values, null, sum);
        }
    }

    private sealed class Buckets(int size)
    {
        public readonly long[] Counts = new long[size];
        public long Nanoseconds;
    }
}

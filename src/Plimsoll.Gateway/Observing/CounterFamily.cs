using System.Collections.Concurrent;
using System.Text;

namespace Plimsoll.Gateway.Observing;

/// <summary>Counts that only grow, one for each pair of label values. Whoever counts takes care that there are few of those.</summary>
internal sealed class CounterFamily(string name, string help, params string[] labels) : MetricFamily(name, "counter", help, labels)
{
    private readonly ConcurrentDictionary<(string First, string Second), StrongBox> _series = new();

    public void Add(long count, string first = "", string second = "") =>
        Interlocked.Add(ref _series.GetOrAdd((first, second), static _ => new StrongBox()).Count, count);

    public long Of(string first = "", string second = "") =>
        _series.TryGetValue((first, second), out StrongBox? box) ? Interlocked.Read(ref box.Count) : 0;

    protected override void WriteSeries(StringBuilder to)
    {
        foreach (KeyValuePair<(string First, string Second), StrongBox> series in _series.OrderBy(series => series.Key))
        {
            WriteLine(to, "", series.Key, null, Interlocked.Read(ref series.Value.Count));
        }
    }

    private sealed class StrongBox
    {
        public long Count;
    }
}

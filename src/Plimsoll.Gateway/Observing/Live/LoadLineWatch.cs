using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>The load line of each pool, computed again every few seconds while somebody looks at it.</summary>
internal sealed class LoadLineWatch(TrafficReader reader, LiveOptions options, GatewayClock clock)
{
    private const int MostRequests = 2_000;
    private const int MostPools = 1_000;

    private static readonly Duration Past = Duration.FromMilliseconds(300_000);
    private static readonly Duration Fresh = Duration.FromMilliseconds(5_000);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Instant At, LiveLoadLine? Line)> _lines = new(StringComparer.Ordinal);

    /// <summary>The line of a pool; null while too little is known.</summary>
    public LiveLoadLine? Of(ModelPool pool)
    {
        if (options.Current.LoadLine is not { } formula)
        {
            return null;
        }

        lock (_lock)
        {
            if (!_lines.TryGetValue(pool.Name, out (Instant At, LiveLoadLine? Line) known) || clock.Now - known.At > Fresh)
            {
                if (_lines.Count > MostPools)
                {
                    _lines.Clear();
                }

                _lines[pool.Name] = known = (clock.Now, formula(reader.Read(pool, Past, MostRequests)));
            }

            return known.Line;
        }
    }
}

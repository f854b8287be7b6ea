namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>
/// Segments of stages between quantiles of the output lengths of the latest requests that have ended: after a boundary, fewer go on.
/// </summary>
/// <param name="most">Most segments, from 1.</param>
internal sealed class OutputSegments(int most)
{
    private const int Window = 1024;
    private const int EndsPerLook = 64;

    private readonly int[] _ring = new int[Window];
    private readonly int[] _sorted = new int[Window];
    private readonly int[] _boundaries = new int[most];
    private readonly double[] _alive = new double[most];
    private readonly double[] _meanOutputs = new double[most];
    private int _next;
    private int _longest;
    private long _ended;

    /// <summary>Segments there are; 0 before anything has ended.</summary>
    public int Count { get; private set; }

    /// <summary>Ends that it remembers.</summary>
    public int Remembered => (int)Math.Min(_ended, Window);

    /// <summary>First stages of the second segment and those after it.</summary>
    public ReadOnlySpan<int> Boundaries => _boundaries.AsSpan(0, Math.Max(0, Count - 1));

    /// <summary>Share of requests, above 0 to 1, that reach a segment.</summary>
    public double Alive(int segment) => _alive[segment];

    /// <summary>Share of requests that end in a segment.</summary>
    public double EndsIn(int segment) => _alive[segment] - (segment + 1 < Count ? _alive[segment + 1] : 0);

    /// <summary>Mean output length in tokens of those that end in a segment.</summary>
    public double MeanOutputTokens(int segment) => _meanOutputs[segment];

    /// <summary>Stages of a segment; the last goes on to the longest output.</summary>
    public int Stages(int segment) => EndOf(segment) - (segment == 0 ? 0 : _boundaries[segment - 1]);

    /// <summary>One more; the oldest is forgotten. Boundaries move now and then.</summary>
    public void Add(int outputTokens)
    {
        _ring[_next] = outputTokens;
        _next = (_next + 1) % Window;
        _ended++;
        if (_ended <= EndsPerLook || _next % EndsPerLook == 0)
        {
            Look();
        }
    }

    private int EndOf(int segment) => segment < Count - 1 ? _boundaries[segment] : _longest;

    private void Look()
    {
        int count = Remembered;
        Span<int> sorted = _sorted.AsSpan(0, count);
        _ring.AsSpan(0, count).CopyTo(sorted);
        sorted.Sort();
        _longest = sorted[^1];
        Count = 1;
        for (int i = 1; i < most; i++)
        {
            int boundary = sorted[(int)((long)i * count / most)];
            int last = Count == 1 ? 0 : _boundaries[Count - 2];
            if (boundary > last && boundary < _longest)
            {
                _boundaries[Count++ - 1] = boundary;
            }
        }

        int from = 0;
        for (int segment = 0; segment < Count; segment++)
        {
            _alive[segment] = (double)(count - from) / count;
            long tokens = 0;
            int first = from;
            for (; from < count && sorted[from] <= EndOf(segment); from++)
            {
                tokens += sorted[from];
            }

            _meanOutputs[segment] = (double)tokens / (from - first);
        }
    }
}

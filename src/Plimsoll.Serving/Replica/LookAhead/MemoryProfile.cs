namespace Plimsoll.Serving.Replica;

/// <summary>Placeholder until the real one lands.</summary>
internal sealed class MemoryProfile(long capacityTokens)
{
    private readonly List<(long Size, long Start, long End)> _inside = [];
    private long _now;

    public long CapacityTokens => capacityTokens;

    public void Advance(long step) => _now = step;

    public bool Fits(long size, long length, out long notBefore)
    {
        notBefore = _now + 1;
        long own = _now + length - 1;
        foreach (long t in _inside.Select(x => Math.Max(x.End, _now)).Append(own).Append(_now))
        {
            long sum = t <= own ? size + t - _now : 0;
            foreach ((long s, long p, long e) in _inside)
            {
                sum += Math.Max(e, _now) >= t ? s + t - p : 0;
            }

            if (sum > capacityTokens)
            {
                return false;
            }
        }

        return true;
    }

    public void Add(long size, long start, long end) => _inside.Add((size, start, end));

    public void Remove(long size, long start, long end) => _inside.Remove((size, start, end));
}

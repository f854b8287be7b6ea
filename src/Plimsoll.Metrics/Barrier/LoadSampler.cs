using Plimsoll.Core;

namespace Plimsoll.Metrics.Barrier;

/// <summary>
/// The loads of a barrier group over time in bounded memory: each sample covers the same number of steps. When there are too many samples,
/// neighbours are joined two by two, so that a run of any length ends with between half the capacity and the whole of it.
/// </summary>
public sealed class LoadSampler
{
    private readonly Sums[] _samples;
    private long _stepsPerSample = 1;
    private int _count;

    /// <summary>A sampler that has seen nothing.</summary>
    /// <param name="capacity">Most samples kept; even, at least 2.</param>
    public LoadSampler(int capacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity % 2, 0, nameof(capacity));
        _samples = new Sums[capacity];
    }

    /// <summary>What was seen so far, in order of time.</summary>
    public IReadOnlyList<LoadSample> Samples =>
        [.. _samples.Take(_count).Select(sums => new LoadSample(sums.At, sums.Least, sums.Mean / sums.Steps, sums.Greatest))];

    /// <summary>One step has ended.</summary>
    /// <param name="now">When.</param>
    /// <param name="loadTokens">Each worker's load.</param>
    public void Step(Instant now, ReadOnlySpan<long> loadTokens)
    {
        long least = long.MaxValue;
        long greatest = 0;
        long sum = 0;
        foreach (long load in loadTokens)
        {
            least = Math.Min(least, load);
            greatest = Math.Max(greatest, load);
            sum += load;
        }

        var step = new Sums(now, 1, least, greatest, (double)sum / loadTokens.Length);
        if (_count > 0 && _samples[_count - 1].Steps < _stepsPerSample)
        {
            _samples[_count - 1] = _samples[_count - 1].With(step);
            return;
        }

        if (_count == _samples.Length)
        {
            JoinNeighbours();
        }

        _samples[_count++] = step;
    }

    private void JoinNeighbours()
    {
        _stepsPerSample *= 2;
        _count /= 2;
        for (int i = 0; i < _count; i++)
        {
            _samples[i] = _samples[2 * i].With(_samples[(2 * i) + 1]);
        }
    }

    private readonly record struct Sums(Instant At, long Steps, long Least, long Greatest, double Mean)
    {
        public Sums With(Sums later) =>
            new(At, Steps + later.Steps, Math.Min(Least, later.Least), Math.Max(Greatest, later.Greatest), Mean + later.Mean);
    }
}

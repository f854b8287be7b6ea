using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Serving.Replica.LookAhead;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>
/// A memory full of sequences that know their ends, and a queue that never runs dry: 10,000 waiting, in order of length, walked round;
/// who is admitted is followed by one like him. A refusal ends the step: the clock goes on by one, and those whose end has passed leave.
/// </summary>
internal sealed class FullMemory
{
    private const int Waiting = 10_000;

    private readonly MemoryProfile _profile;
    private readonly PriorityQueue<(long Size, long Start, long End), long> _inside = new();
    private readonly (int Size, int Length)[] _queue = new (int Size, int Length)[Waiting];
    private int _next;

    /// <summary>
    /// A capacity for about so many at once, and memory filled up to it. Outputs are <paramref name="stretch"/> times as long as usual, so
    /// that fewer end in the same step.
    /// </summary>
    public FullMemory(int running, int stretch = 1)
    {
        RandomStream random = new RandomTree(Production.Seed).Stream("look-ahead");
        double tokenSteps = 0;
        double steps = 0;
        for (int i = 0; i < Waiting; i++)
        {
            _queue[i] = (Production.Prompt.Sample(ref random), (Production.Output.Sample(ref random) * stretch) - (int)random.NextBelow(stretch));
            (double size, double length) = _queue[i];
            tokenSteps += length * (size + ((length - 1) / 2));
            steps += length;
        }

        Array.Sort(_queue, (one, other) => (one.Length, one.Size).CompareTo((other.Length, other.Size)));
        Capacity = (long)(running * tokenSteps / steps);
        _profile = new MemoryProfile(Capacity);
        for (long longest = 2 * _queue[^1].Length; _profile.Now < longest;)
        {
            Decide();
        }
    }

    public long Capacity { get; }

    public int Running => _profile.Inside;

    public long Now => _profile.Now;

    public (int Size, int Length) Candidate => _queue[_next];

    public IEnumerable<(long Size, long Start, long End)> Inside => _inside.UnorderedItems.Select(item => item.Element);

    /// <summary>
    /// Whether the next of the queue fits; it joins, or the step ends. All that the profile has to do for it, the leaving included.
    /// </summary>
    public bool Decide()
    {
        (int size, int length) = _queue[_next];
        long now = _profile.Now;
        if (_profile.Fits(size, length, out _))
        {
            (long Size, long Start, long End) sequence = (size, now, now + length - 1);
            _profile.Add(sequence.Size, sequence.Start, sequence.End);
            _inside.Enqueue(sequence, sequence.End);
            _next = (_next + 1) % Waiting;
            return true;
        }

        _profile.Advance(now + 1);
        while (_inside.TryPeek(out (long Size, long Start, long End) ended, out long end) && end <= now)
        {
            _profile.Remove(ended.Size, ended.Start, ended.End);
            _inside.Dequeue();
        }

        return false;
    }
}

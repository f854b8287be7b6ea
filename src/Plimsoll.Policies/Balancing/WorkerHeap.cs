namespace Plimsoll.Policies.Balancing;

/// <summary>Workers by two numbers, then by their own: the least is on top, and only the top changes.</summary>
internal sealed class WorkerHeap
{
    private Entry[] _entries = [];

    /// <summary>Workers inside.</summary>
    public int Count { get; private set; }

    /// <summary>The worker on top.</summary>
    public int Top => _entries[0].Worker;

    /// <summary>Empties it and makes room for so many.</summary>
    public void Clear(int most)
    {
        Count = 0;
        if (_entries.Length < most)
        {
            _entries = new Entry[most];
        }
    }

    /// <summary>Adds a worker.</summary>
    public void Add(int worker, long first, long second)
    {
        var entry = new Entry(first, second, worker);
        int place = Count++;
        while (place > 0 && entry.IsBefore(_entries[(place - 1) >> 1]))
        {
            _entries[place] = _entries[(place - 1) >> 1];
            place = (place - 1) >> 1;
        }

        _entries[place] = entry;
    }

    /// <summary>Gives the worker on top other numbers.</summary>
    public void Change(long first, long second) => Sink(new Entry(first, second, Top));

    /// <summary>Takes the worker on top out.</summary>
    public void Remove()
    {
        if (--Count > 0)
        {
            Sink(_entries[Count]);
        }
    }

    private void Sink(Entry entry)
    {
        int place = 0;
        while (true)
        {
            int child = (2 * place) + 1;
            child += child + 1 < Count && _entries[child + 1].IsBefore(_entries[child]) ? 1 : 0;
            if (child >= Count || !_entries[child].IsBefore(entry))
            {
                _entries[place] = entry;
                return;
            }

            _entries[place] = _entries[child];
            place = child;
        }
    }

    private readonly record struct Entry(long First, long Second, int Worker)
    {
        public bool IsBefore(in Entry other) => First != other.First
            ? First < other.First
            : Second != other.Second ? Second < other.Second : Worker < other.Worker;
    }
}

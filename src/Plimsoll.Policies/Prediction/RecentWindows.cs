namespace Plimsoll.Policies.Prediction;

/// <summary>
/// Windows of lengths by key, in bounded memory: a key beyond the bound takes over the window that has gone without an addition for
/// longest.
/// </summary>
/// <param name="most">Windows kept, from 1.</param>
/// <param name="capacity">Lengths in each.</param>
internal sealed class RecentWindows(int most, int capacity)
{
    private readonly Dictionary<ulong, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>The window of this key, or null.</summary>
    public LengthWindow? Find(ulong key) => _entries.TryGetValue(key, out LinkedListNode<Entry>? node) ? node.Value.Window : null;

    /// <summary>Adds a length to the window of this key, which is made if there is none.</summary>
    public void Add(ulong key, int length)
    {
        if (_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
        {
            _byUse.Remove(node);
        }
        else
        {
            node = _entries.Count < most ? new(new Entry(new LengthWindow(capacity))) : Oldest();
            node.Value.Key = key;
            _entries.Add(key, node);
        }

        _byUse.AddLast(node);
        node.Value.Window.Add(length);
    }

    private LinkedListNode<Entry> Oldest()
    {
        LinkedListNode<Entry> node = _byUse.First!;
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        node.Value.Window.Clear();
        return node;
    }

    private sealed class Entry(LengthWindow window)
    {
        public ulong Key { get; set; }

        public LengthWindow Window => window;
    }
}

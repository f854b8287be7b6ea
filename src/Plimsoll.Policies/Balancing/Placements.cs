namespace Plimsoll.Policies.Balancing;

/// <summary>What a balancing policy decided, in the order in which it did. The buffer is used again and again.</summary>
public sealed class Placements
{
    private Placement[] _all = new Placement[16];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<Placement> All => _all.AsSpan(0, Count);

    /// <summary>Adds one.</summary>
    /// <param name="waiting">Index into <see cref="GroupView.Waiting"/>.</param>
    /// <param name="worker">Index into <see cref="GroupView.Workers"/>.</param>
    public void Add(int waiting, int worker)
    {
        if (Count == _all.Length)
        {
            Array.Resize(ref _all, Count * 2);
        }

        _all[Count++] = new Placement(waiting, worker);
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Count = 0;
}

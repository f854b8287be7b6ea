namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// The waiting requests of one arrangement, renumbered by rank: output tokens, then arrival, then id. Keeps who is still to be put into a
/// batch. Its arrays are kept from one arrangement to the next.
/// </summary>
/// <remarks>
/// Output tokens o are the prediction's point, or the lower bound where more is already known to be needed, and 1 where nothing is
/// believed.
/// </remarks>
public sealed class RankedBacklog
{
    private int[] _positions = [];
    private int[] _prompts = [];
    private int[] _outputs = [];
    private int[] _remaining = [];
    private bool[] _waits = [];
    private long[] _keys = [];
    private int _remainingCount;

    /// <summary>Requests of the backlog, taken or not.</summary>
    public int Count { get; private set; }

    /// <summary>KV tokens of the replica, from 1.</summary>
    public long CapacityTokens { get; private set; }

    /// <summary>When a batch fits.</summary>
    public BatchFeasibility Feasibility { get; private set; }

    /// <summary>Ranks of those that are in no batch yet and fit into the memory at all, ascending.</summary>
    public ReadOnlySpan<int> Remaining => _remaining.AsSpan(0, _remainingCount);

    /// <summary>Forgets the last backlog and takes in this one.</summary>
    /// <param name="waiting">Who waits, by arrival, then id.</param>
    /// <param name="capacityTokens">KV tokens of the replica, from 1.</param>
    /// <param name="feasibility">When a batch fits.</param>
    public void Load(ReadOnlySpan<QueuedRequest> waiting, long capacityTokens, BatchFeasibility feasibility)
    {
        Reserve(waiting.Length);
        (Count, CapacityTokens, Feasibility) = (waiting.Length, capacityTokens, feasibility);
        for (int i = 0; i < waiting.Length; i++)
        {
            _positions[i] = i;
            _keys[i] = Outputs(waiting[i]);
        }

        StableSort.Ascending(_keys.AsSpan(0, Count), _positions.AsSpan(0, Count));
        _remainingCount = 0;
        for (int rank = 0; rank < Count; rank++)
        {
            ref readonly QueuedRequest request = ref waiting[_positions[rank]];
            _prompts[rank] = request.PromptTokens;
            _outputs[rank] = Outputs(request);
            _waits[rank] = PeakTokens(rank) <= capacityTokens;
            if (_waits[rank])
            {
                _remaining[_remainingCount++] = rank;
            }
        }
    }

    /// <summary>Index among those given to <see cref="Load"/>.</summary>
    public int Position(int rank) => _positions[rank];

    /// <summary>Prompt tokens s of the request of this rank.</summary>
    public int PromptTokens(int rank) => _prompts[rank];

    /// <summary>Believed output tokens o of the request of this rank, from 1.</summary>
    public int OutputTokens(int rank) => _outputs[rank];

    /// <summary>KV tokens the request holds in its last step, s + o.</summary>
    public long PeakTokens(int rank) => (long)_prompts[rank] + _outputs[rank];

    /// <summary>Whether the request is among <see cref="Remaining"/>.</summary>
    public bool Waits(int rank) => _waits[rank];

    /// <summary>Takes these out of <see cref="Remaining"/>.</summary>
    public void Take(ReadOnlySpan<int> ranks)
    {
        foreach (int rank in ranks)
        {
            _waits[rank] = false;
        }

        int kept = 0;
        foreach (int rank in Remaining)
        {
            if (_waits[rank])
            {
                _remaining[kept++] = rank;
            }
        }

        _remainingCount = kept;
    }

    /// <summary>
    /// Writes the positions of those that do not fit into the memory even alone, by rank, from <paramref name="placed"/> on.
    /// </summary>
    internal void PlaceRest(Span<int> order, int placed)
    {
        for (int rank = 0; rank < Count; rank++)
        {
            if (PeakTokens(rank) > CapacityTokens)
            {
                order[placed++] = _positions[rank];
            }
        }
    }

    private static int Outputs(in QueuedRequest request) => Math.Max(1, Math.Max(request.Prediction.Point, request.LowerBound));

    private void Reserve(int count)
    {
        if (_positions.Length < count)
        {
            int room = Math.Max(64, count * 2);
            (_positions, _prompts, _outputs, _remaining) = (new int[room], new int[room], new int[room], new int[room]);
            (_waits, _keys) = (new bool[room], new long[room]);
        }
    }
}

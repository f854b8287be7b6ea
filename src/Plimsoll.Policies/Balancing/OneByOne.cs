using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// A policy that takes the waiting requests in order of arrival and chooses for each a worker that still has a free slot, until none has or
/// nobody waits. What it has placed counts at once, in tokens and in requests.
/// </summary>
public abstract class OneByOne : IBalancingPolicy
{
    private WorkerView[] _workers = [];
    private int[] _open = [];

    private protected OneByOne()
    {
    }

    /// <inheritdoc/>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        int open = Load(group);
        Begin(group);
        for (int next = 0; next < group.Waiting.Length && open > 0; next++)
        {
            int prompt = group.Waiting[next].PromptTokens;
            int worker = Choose(prompt, _open.AsSpan(0, open), _workers, ref random);
            placements.Add(next, worker);
            _workers[worker].LoadTokens += prompt;
            _workers[worker].Requests++;
            _workers[worker].WaitingRequests++;
            if (--_workers[worker].FreeSlots == 0)
            {
                int place = _open.AsSpan(0, open).BinarySearch(worker);
                _open.AsSpan(place + 1, open - place - 1).CopyTo(_open.AsSpan(place));
                open--;
            }

            Placed(worker, prompt);
        }
    }

    /// <inheritdoc/>
    public virtual void Learn(int promptTokens, int outputTokens)
    {
    }

    /// <summary>A call begins.</summary>
    private protected virtual void Begin(in GroupView group)
    {
    }

    /// <summary>One of the workers that are <paramref name="open"/>, which are at least one, by number.</summary>
    private protected abstract int Choose(int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random);

    /// <summary>What was chosen has been done.</summary>
    private protected virtual void Placed(int worker, int promptTokens)
    {
    }

    private int Load(in GroupView group)
    {
        int count = group.Workers.Length;
        if (_open.Length < count)
        {
            _workers = new WorkerView[count];
            _open = new int[count];
        }

        group.Workers.CopyTo(_workers);
        int open = 0;
        for (int worker = 0; worker < count; worker++)
        {
            if (_workers[worker].FreeSlots > 0)
            {
                _open[open++] = worker;
            }
        }

        return open;
    }
}

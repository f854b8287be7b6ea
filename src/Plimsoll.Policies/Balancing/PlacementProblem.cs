using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// The program that BF-IO is a heuristic for, with its numbers: what the workers will hold in the steps 0 .. H if nothing is placed, and what
/// each waiting request adds. The buffers are used again and again.
/// </summary>
/// <remarks>
/// L(g,h) = Σ over requests of g that are believed to last longer than h steps of held tokens (+ h); a waiting request adds its prompt (+ h) in
/// every step, because its own length is not predicted. Source: scheduling theory, section 3.2.
/// </remarks>
/// <param name="horizonSteps">H, from 0.</param>
/// <param name="growth">Whether each request grows by a token with each step.</param>
public sealed class PlacementProblem(int horizonSteps, bool growth)
{
    private readonly LoadProjection _projection = new(horizonSteps);
    private int[] _freeSlots = [];
    private long[] _loads = [];
    private int[] _prompts = [];

    /// <summary>Workers G.</summary>
    public int Workers { get; private set; }

    /// <summary>Waiting requests that may be placed.</summary>
    public int Requests { get; private set; }

    /// <summary>Steps looked at: H + 1.</summary>
    public int Steps => horizonSteps + 1;

    /// <summary>Requests that must be placed: min(requests, free slots).</summary>
    public int Placed { get; private set; }

    /// <summary>Requests that may be placed on each worker.</summary>
    public ReadOnlySpan<int> FreeSlots => _freeSlots.AsSpan(0, Workers);

    /// <summary>Tokens that a worker holds in each step if nothing is placed.</summary>
    public ReadOnlySpan<long> LoadTokens(int worker) => _loads.AsSpan(worker * Steps, Steps);

    /// <summary>Tokens that a request adds in a step.</summary>
    public long RequestTokens(int request, int step) => _prompts[request] + (growth ? step : 0);

    /// <summary>Takes its numbers from a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="most">So many of those who wait, the first to arrive, may be placed; from 1.</param>
    public void Load(in GroupView group, int most)
    {
        (Workers, Requests) = (group.Workers.Length, Math.Min(most, group.Waiting.Length));
        if (_freeSlots.Length < Workers)
        {
            _freeSlots = new int[Workers];
            _loads = new long[Workers * Steps];
        }

        if (_prompts.Length < Requests)
        {
            _prompts = new int[Requests];
        }

        LoadWorkers(group);
        for (int i = 0; i < Requests; i++)
        {
            _prompts[i] = group.Waiting[i].PromptTokens;
        }
    }

    /// <summary>Σ over the steps of G · greatest load − all loads, tokens, if requests join these workers (−1: none).</summary>
    public long Imbalance(ReadOnlySpan<int> workers)
    {
        Invariant.Holds(workers.Length == Requests, "there is one worker for each request");
        long imbalance = 0;
        for (int step = 0; step < Steps; step++)
        {
            long greatest = long.MinValue;
            for (int worker = 0; worker < Workers; worker++)
            {
                long load = LoadTokens(worker)[step];
                for (int i = 0; i < workers.Length; i++)
                {
                    load += workers[i] == worker ? RequestTokens(i, step) : 0;
                }

                greatest = Math.Max(greatest, load);
                imbalance -= load;
            }

            imbalance += greatest * Workers;
        }

        return imbalance;
    }

    private void LoadWorkers(in GroupView group)
    {
        _projection.Load(group);
        (int free, int next) = (0, 0);
        for (int worker = 0; worker < Workers; worker++)
        {
            _freeSlots[worker] = group.Workers[worker].FreeSlots;
            free += Math.Min(_freeSlots[worker], Requests - free);
            Span<long> loads = _loads.AsSpan(worker * Steps, Steps);
            _projection.Of(worker).CopyTo(loads);
            ReadOnlySpan<PlacedRequest> placed = group.Placed.Slice(next, group.Workers[worker].Requests);
            next += placed.Length;
            if (growth)
            {
                Grow(loads, placed);
            }
        }

        Placed = free;
    }

    private static void Grow(Span<long> loads, ReadOnlySpan<PlacedRequest> placed)
    {
        foreach (ref readonly PlacedRequest request in placed)
        {
            int last = Math.Min(loads.Length, request.RemainingSteps);
            for (int step = 1; step < last; step++)
            {
                loads[step] += step;
            }
        }
    }
}

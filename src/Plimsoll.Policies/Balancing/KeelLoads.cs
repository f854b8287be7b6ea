using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// How far each worker is above or below the level at each knot, and what that costs: w(j) · max(β·x, −x) for x tokens above.
/// </summary>
/// <remarks>
/// A load at a knot is what is certain: the held tokens of the requests that will still be there, and a short one in each slot that will
/// have become free. Growth is left out: full workers grow alike. The level is the greatest of these if every free slot took the shortest
/// prompt, or their mean if each took a mean one, whichever is greater; where fewer wait than slots are free, the greatest load as it is,
/// or the mean with all that wait. It is fixed for the call, so that the cost is a sum over workers. With β = G − 1 it is G · greatest −
/// all loads, as long as one worker at a time is above the level.
/// </remarks>
/// <param name="horizonSteps">Most steps looked ahead, from 0.</param>
internal sealed class KeelLoads(int horizonSteps)
{
    private const int Lanes = 4;

    private readonly Knots _knots = new(horizonSteps);
    private readonly int[] _ends = new int[horizonSteps + 1];
    private readonly double[] _weights = new double[Knots.Most];
    private readonly double[] _steps = new double[Knots.Most];
    private readonly double[] _level = new double[Knots.Most];
    private readonly double[] _margins = new double[Knots.Most];
    private readonly double[] _marginWeights = new double[Knots.Most];
    private long[] _ending = [];
    private double[] _above = [];
    private double[] _costs = [];
    private double _beta;
    private double _gain;
    private int _length;

    /// <summary>Reads a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="shortest">Tokens of the shortest prompt that waits.</param>
    /// <param name="mean">Mean tokens of a prompt.</param>
    /// <param name="successor">Tokens counted for each slot whose request has ended.</param>
    /// <param name="decay">Weight of what is seen beyond one more ended request on each worker, above 0 to 1.</param>
    public void Load(in GroupView group, int shortest, double mean, long successor, double decay)
    {
        int workers = group.Workers.Length;
        if (_above.Length < workers * Knots.Most)
        {
            _above = new double[workers * Knots.Most];
            _ending = new long[workers * (horizonSteps + 1)];
            _costs = new double[workers];
        }

        _beta = Math.Max(1, workers - 1);
        CountEnds(group, successor);
        _knots.Place(_ends, workers, decay);
        _length = (_knots.Count + Lanes - 1) / Lanes * Lanes;
        _weights.AsSpan().Clear();
        _knots.Weights.CopyTo(_weights);
        _gain = 0;
        for (int j = 0; j < _knots.Count; j++)
        {
            _steps[j] = _knots.Steps[j];
            _gain += _weights[j];
        }

        ReadLoads(group);
        SetLevel(group, shortest, mean);
    }

    /// <summary>What the worker's loads cost with another request on it, or with one in another's place.</summary>
    /// <param name="worker">Which.</param>
    /// <param name="added">The request that joins.</param>
    /// <param name="removed">The request that leaves; of no tokens if none does.</param>
    public double Cost(int worker, KeelRequest added, KeelRequest removed)
    {
        ref double row = ref MemoryMarshal.GetReference(Row(worker));
        ref double weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref double steps = ref MemoryMarshal.GetArrayDataReference(_steps);
        Vector256<double> beta = Vector256.Create(_beta);
        Vector256<double> sum = Vector256<double>.Zero;
        for (nuint j = 0; j < (nuint)_length; j += Lanes)
        {
            Vector256<double> step = Vector256.LoadUnsafe(ref steps, j);
            Vector256<double> above = Vector256.LoadUnsafe(ref row, j) + (added.At(step) - removed.At(step));
            sum += Vector256.LoadUnsafe(ref weights, j) * Vector256.Max(beta * above, -above);
        }

        return Vector256.Sum(sum);
    }

    /// <summary>What the worker's loads cost now.</summary>
    public double Cost(int worker) => _costs[worker];

    /// <summary>Puts one request on a worker and takes one off, either of which may be of no tokens.</summary>
    public void Change(int worker, KeelRequest added, KeelRequest removed)
    {
        Span<double> row = Row(worker);
        for (int j = 0; j < row.Length; j += Lanes)
        {
            Vector256<double> step = Vector256.Create(_steps.AsSpan(j, Lanes));
            (Vector256.Create(row.Slice(j, Lanes)) + (added.At(step) - removed.At(step))).CopyTo(row[j..]);
        }

        _costs[worker] = Cost(worker, default, default);
    }

    /// <summary>The smallest number of tokens, there to the end, that costs the worker least; at least 0.</summary>
    public long BestTokens(int worker, KeelRequest removed)
    {
        Span<double> row = Row(worker);
        for (int j = 0; j < _knots.Count; j++)
        {
            double margin = (removed.OutputSteps > _steps[j] ? removed.Tokens : removed.Successor) - row[j];
            int place = j;
            for (; place > 0 && _margins[place - 1] > margin; place--)
            {
                _margins[place] = _margins[place - 1];
                _marginWeights[place] = _marginWeights[place - 1];
            }

            (_margins[place], _marginWeights[place]) = (margin, _weights[j]);
        }

        double slope = -_gain;
        int at = -1;
        while (slope < 0 && at < _knots.Count - 1)
        {
            slope += (_beta + 1) * _marginWeights[++at];
        }

        return (long)Math.Max(0, _margins[at]);
    }

    /// <summary>Tokens missing to the level now, without a request; at least 0.</summary>
    public long Missing(int worker, KeelRequest removed) => (long)Math.Max(0, removed.Tokens - Row(worker)[0]);

    /// <summary>Tokens above the level now.</summary>
    public long AboveLevel(int worker) => (long)Row(worker)[0];

    private Span<double> Row(int worker) => _above.AsSpan(worker * Knots.Most, _length);

    private void CountEnds(in GroupView group, long successor)
    {
        _ends.AsSpan().Clear();
        _ending.AsSpan(0, group.Workers.Length * (horizonSteps + 1)).Clear();
        int next = 0;
        for (int worker = 0; worker < group.Workers.Length; worker++)
        {
            Span<long> ending = _ending.AsSpan(worker * (horizonSteps + 1), horizonSteps + 1);
            foreach (ref readonly PlacedRequest request in group.Placed.Slice(next, group.Workers[worker].Requests))
            {
                int steps = request.RemainingSteps;
                if (steps <= horizonSteps)
                {
                    ending[steps] += request.HeldTokens - successor;
                    _ends[steps]++;
                }
            }

            next += group.Workers[worker].Requests;
        }
    }

    private void ReadLoads(in GroupView group)
    {
        for (int worker = 0; worker < group.Workers.Length; worker++)
        {
            ReadOnlySpan<long> ending = _ending.AsSpan(worker * (horizonSteps + 1), horizonSteps + 1);
            Span<double> row = Row(worker);
            row.Clear();
            long load = group.Workers[worker].LoadTokens;
            int step = 0;
            for (int j = 0; j < _knots.Count; j++)
            {
                for (; step <= _knots.Steps[j]; step++)
                {
                    load -= ending[step];
                }

                row[j] = load;
            }
        }
    }

    private void SetLevel(in GroupView group, int shortest, double mean)
    {
        long free = 0;
        foreach (ref readonly WorkerView worker in group.Workers)
        {
            free += worker.FreeSlots;
        }

        long placed = Math.Min(free, group.Waiting.Length);
        bool fillsUp = placed == free;
        for (int j = 0; j < _knots.Count; j++)
        {
            double greatest = 0;
            double sum = placed * mean;
            for (int worker = 0; worker < group.Workers.Length; worker++)
            {
                double load = Row(worker)[j];
                greatest = Math.Max(greatest, load + (fillsUp ? (double)group.Workers[worker].FreeSlots * shortest : 0));
                sum += load;
            }

            _level[j] = Math.Max(greatest, sum / group.Workers.Length);
        }

        for (int worker = 0; worker < group.Workers.Length; worker++)
        {
            Span<double> row = Row(worker);
            for (int j = 0; j < _knots.Count; j++)
            {
                row[j] -= _level[j];
            }

            _costs[worker] = Cost(worker, default, default);
        }
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Searches the schedules round by round: a state is which jobs have started, what they will hold in the rounds to come and what their
/// waiting has cost. Of two states in the same round with the same jobs started, one that holds no more in any round to come and has cost
/// no more makes the other superfluous. A state goes, too, when its priced lower bound (<see cref="DualBound"/>) is no better than the best
/// schedule known. With a limited width it is a beam search; where nothing was cut off by the width it is a proof.
/// </summary>
internal sealed class RoundSearch
{
    private readonly HindsightInstance _instance;
    private readonly JobClass[] _classes;
    private readonly bool[][] _allowed;
    private readonly double[][] _costs;
    private readonly double[][] _least;
    private readonly ulong[] _masks;
    private readonly int[] _firstBit;
    private readonly double _constant;
    private readonly ulong _all;
    private readonly int[] _tokens;
    private readonly Layer _next;
    private readonly Layer _now;
    private Placed? _chain;
    private Placed? _best;
    private int _busy;
    private int _round;

    /// <summary>Prepares a search; at most 64 jobs.</summary>
    public RoundSearch(HindsightInstance instance, JobClass[] classes, bool[][] allowed, DualBound prices, long latencyToBeat)
    {
        _instance = instance;
        _classes = classes;
        _allowed = allowed;
        Latency = latencyToBeat;
        _constant = prices.Constant;
        _tokens = new int[instance.Horizon + 2];
        _masks = new ulong[classes.Length];
        _firstBit = new int[classes.Length];
        _costs = new double[classes.Length][];
        _least = new double[classes.Length][];
        int longest = classes.Max(jobs => jobs.OutputTokens);
        _next = new Layer(instance.CapacityTokens, longest);
        _now = new Layer(instance.CapacityTokens, longest);
        int bit = 0;
        for (int c = 0; c < classes.Length; c++)
        {
            _firstBit[c] = bit;
            bit += classes[c].Count;
            _masks[c] = (classes[c].Count == 64 ? ulong.MaxValue : (1UL << classes[c].Count) - 1) << _firstBit[c];
            _all |= _masks[c];
            _costs[c] = new double[instance.Horizon + 2];
            _least[c] = new double[instance.Horizon + 2];
            Array.Fill(_least[c], double.PositiveInfinity);
            for (int t = instance.Horizon; t >= 0; t--)
            {
                _costs[c][t] = prices.CostOf(c, t);
                _least[c][t] = Math.Min(_least[c][t + 1], allowed[c][t] ? _costs[c][t] : double.PositiveInfinity);
            }
        }
    }

    /// <summary>Total latency of the best schedule, or what was to be beaten.</summary>
    public long Latency { get; private set; }

    /// <summary>Whether a schedule better than what was to be beaten was found.</summary>
    public bool Found => _best is not null;

    /// <summary>The least lower bound of what the width cut off or the time left open; infinite when nothing was.</summary>
    public double OpenBound { get; private set; } = double.PositiveInfinity;

    /// <summary>The most states that one round had.</summary>
    public int MostStates { get; private set; }

    /// <summary>Searches.</summary>
    /// <param name="width">Most states kept in a round.</param>
    /// <param name="goesOn">Told the best total latency once a round, and within long ones; false ends the search.</param>
    public void Run(int width, Func<long, bool> goesOn)
    {
        _next.Clear();
        _next.Offer(new State(0, 0, 0, 0, [], null), _constant + Rest(0, 0), 1, false);
        for (_round = 0; _round <= _instance.Horizon && _next.States.Count > 0; _round++)
        {
            _now.TakeFrom(_next);
            Cut(width);
            MostStates = Math.Max(MostStates, _now.States.Count);
            int expanded = 0;
            for (int i = 0; i < _now.States.Count; i++)
            {
                if (_now.Dropped[i])
                {
                    continue;
                }

                if ((expanded++ & 1023) == 0 && !goesOn(Latency))
                {
                    LeaveOpen(i);
                    return;
                }

                Expand(_now.States[i]);
            }
        }
    }

    /// <summary>The schedule found: one start a job.</summary>
    public int[] Starts()
    {
        int[] starts = new int[_instance.Jobs.Length];
        for (Placed? placed = _best; placed is not null; placed = placed.Before)
        {
            starts[placed.Job] = placed.Round;
        }

        return starts;
    }

    private void LeaveOpen(int from)
    {
        for (int i = from; i < _now.States.Count; i++)
        {
            if (!_now.Dropped[i])
            {
                OpenBound = Math.Min(OpenBound, _now.Bounds[i]);
            }
        }

        for (int i = 0; i < _next.States.Count; i++)
        {
            if (!_next.Dropped[i])
            {
                OpenBound = Math.Min(OpenBound, _next.Bounds[i]);
            }
        }
    }

    private void Cut(int width)
    {
        int alive = 0;
        for (int i = 0; i < _now.States.Count; i++)
        {
            if (!_now.Dropped[i] && _now.Bounds[i] > Latency - 1 + RootSolve.Tolerance)
            {
                _now.Dropped[i] = true;
            }

            alive += _now.Dropped[i] ? 0 : 1;
        }

        if (alive <= width)
        {
            return;
        }

        (double Bound, int Index)[] order = new (double, int)[alive];
        int at = 0;
        for (int i = 0; i < _now.States.Count; i++)
        {
            if (!_now.Dropped[i])
            {
                order[at++] = (_now.Bounds[i], i);
            }
        }

        Array.Sort(order);
        for (int k = width; k < alive; k++)
        {
            _now.Dropped[order[k].Index] = true;
            OpenBound = Math.Min(OpenBound, order[k].Bound);
        }
    }

    private void Expand(in State state)
    {
        // What the running jobs hold in the rounds to come, in absolute rounds.
        int before = _busy;
        _busy = _round;
        for (int k = Math.Max(0, _round + 1 - state.Base); k < state.Tokens.Length; k++)
        {
            _tokens[state.Base + k] = state.Tokens[k];
            _busy = state.Base + k;
        }

        Array.Clear(_tokens, _busy + 1, Math.Max(0, before - _busy));
        _chain = state.Last;
        Choose(state, 0, state.Started, state.Delay, state.Priced, 0);
    }

    // Starts none, one or more jobs of each class from this one on, and then hands the state to the next round.
    private void Choose(in State origin, int c, ulong started, int delay, double priced, int added)
    {
        if (c == _classes.Length)
        {
            Emit(origin, started, delay, priced, added);
            return;
        }

        Choose(origin, c + 1, started, delay, priced, added);
        JobClass jobs = _classes[c];
        int member = BitOperations.PopCount(started & _masks[c]);
        int busy = _busy;
        Placed? chain = _chain;
        int placed = 0;
        while (member < jobs.Count && jobs.Arrivals[member] <= _round && _allowed[c][_round] && Fits(jobs))
        {
            for (int k = 1; k <= jobs.OutputTokens; k++)
            {
                _tokens[_round + k] += jobs.PromptTokens + k;
            }

            placed++;
            _busy = Math.Max(_busy, _round + jobs.OutputTokens);
            started |= 1UL << (_firstBit[c] + member);
            delay += _round - jobs.Arrivals[member];
            priced += _costs[c][_round];
            _chain = new Placed(jobs.Members[member], _round, _chain);
            member++;
            if (_constant + priced + Rest(started, _round) > Latency - 1 + RootSolve.Tolerance)
            {
                break;
            }

            Choose(origin, c + 1, started, delay, priced, added + placed);
        }

        for (int k = 1; placed > 0 && k <= jobs.OutputTokens; k++)
        {
            _tokens[_round + k] -= placed * (jobs.PromptTokens + k);
        }

        _busy = busy;
        _chain = chain;
    }

    private bool Fits(JobClass jobs)
    {
        // From the end: the peaks are there.
        for (int k = jobs.OutputTokens; k >= 1; k--)
        {
            if (_tokens[_round + k] + jobs.PromptTokens + k > _instance.CapacityTokens)
            {
                return false;
            }
        }

        return true;
    }

    private void Emit(in State origin, ulong started, int delay, double priced, int added)
    {
        if (started == _all)
        {
            long latency = _instance.LeastLatency + delay;
            if (latency < Latency)
            {
                Latency = latency;
                _best = _chain;
            }

            return;
        }

        // With nothing running after this round, everything to come could come one round sooner.
        if (added == 0 && _busy <= _round && _round >= _instance.LastArrival)
        {
            return;
        }

        double bound = _constant + priced + Rest(started, _round + 1);
        if (bound > Latency - 1 + RootSolve.Tolerance)
        {
            return;
        }

        if (added == 0)
        {
            _next.Offer(origin, bound, _round + 2, true);
            return;
        }

        ushort[] tokens = new ushort[Math.Max(0, _busy - _round - 1)];
        for (int k = 0; k < tokens.Length; k++)
        {
            tokens[k] = (ushort)_tokens[_round + 2 + k];
        }

        _next.Offer(new State(started, delay, priced, _round + 2, tokens, _chain), bound, _round + 2, false);
    }

    private double Rest(ulong started, int round)
    {
        double rest = 0;
        for (int c = 0; c < _classes.Length; c++)
        {
            int left = _classes[c].Count - BitOperations.PopCount(started & _masks[c]);
            rest += left > 0 ? left * _least[c][round] : 0;
        }

        return rest;
    }

    private sealed record Placed(int Job, int Round, Placed? Before);

    /// <summary>A state at the beginning of a round; Tokens[k] is what the started jobs hold in round Base + k.</summary>
    private readonly record struct State(ulong Started, int Delay, double Priced, int Base, ushort[] Tokens, Placed? Last);

    private sealed class Layer(int capacity, int longest)
    {
        // How often two states that have both waited since the last round are compared again.
        private const int CompareOldEvery = 4;

        private readonly Dictionary<ulong, List<Sketch>> _byStarted = [];

        public List<State> States { get; private set; } = [];

        public List<double> Bounds { get; private set; } = [];

        public List<bool> Dropped { get; private set; } = [];

        public void Clear()
        {
            States.Clear();
            Bounds.Clear();
            Dropped.Clear();
            _byStarted.Clear();
        }

        public void TakeFrom(Layer other)
        {
            (States, other.States) = (other.States, States);
            (Bounds, other.Bounds) = (other.Bounds, Bounds);
            (Dropped, other.Dropped) = (other.Dropped, Dropped);
            other.Clear();
        }

        /// <summary>Takes the state unless another makes it superfluous, and drops those that it makes so.</summary>
        /// <param name="state">The state.</param>
        /// <param name="bound">Its lower bound.</param>
        /// <param name="from">The first round that is still to come.</param>
        /// <param name="waited">Whether it started nothing in the last round.</param>
        public void Offer(in State state, double bound, int from, bool waited)
        {
            ref List<Sketch>? same = ref CollectionsMarshal.GetValueRefOrAddDefault(_byStarted, state.Started, out _);
            same ??= [];
            Sketch sketch = new(state, from, States.Count, waited, capacity, longest);
            bool compareOld = !waited || from % CompareOldEvery == 0;
            for (int k = same.Count - 1; k >= 0; k--)
            {
                ref readonly Sketch other = ref CollectionsMarshal.AsSpan(same)[k];
                if (other.Waited && !compareOld)
                {
                    continue;
                }

                int index = other.Index;
                if (other.MayReplace(sketch) && HoldsNoMore(States[index], state, from))
                {
                    return;
                }

                if (sketch.MayReplace(other) && HoldsNoMore(state, States[index], from))
                {
                    Dropped[index] = true;
                    same[k] = same[^1];
                    same.RemoveAt(same.Count - 1);
                }
            }

            same.Add(sketch);
            States.Add(state);
            Bounds.Add(bound);
            Dropped.Add(false);
        }

        // The first holds nothing after the second's last round: the sketches have said so.
        private static bool HoldsNoMore(in State x, in State y, int from)
        {
            int end = x.Base + x.Tokens.Length;
            for (int round = from; round < end; round++)
            {
                if (x.Tokens[round - x.Base] > y.Tokens[round - y.Base])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>
        /// What rules most comparisons out at a glance: cost, the last busy round, and what is held in 16 of the rounds to come, in
        /// units of 1/127 of the memory, seven bits to a byte.
        /// </summary>
        private readonly struct Sketch
        {
            private const ulong TopBits = 0x8080808080808080;
            private const int Samples = 16;

            private readonly ulong _near;
            private readonly ulong _far;
            private readonly int _delay;
            private readonly int _end;

            public Sketch(in State state, int from, int index, bool waited, int capacity, int longest)
            {
                Index = index;
                Waited = waited;
                _delay = state.Delay;
                _end = Math.Max(from, state.Base + state.Tokens.Length);
                for (int sample = 0; sample < Samples; sample++)
                {
                    int at = from - state.Base + (sample * longest / Samples);
                    ulong held = at < state.Tokens.Length ? (ulong)(state.Tokens[at] * 127L / capacity) : 0;
                    ulong bits = held << (8 * (sample % 8));
                    _near |= sample < 8 ? bits : 0;
                    _far |= sample < 8 ? 0 : bits;
                }
            }

            public int Index { get; }

            public bool Waited { get; }

            // Byte by byte: the top bit survives the subtraction exactly where the other holds at least as much.
            public bool MayReplace(in Sketch other) => _delay <= other._delay && _end <= other._end
                && ((((other._near | TopBits) - _near) & ((other._far | TopBits) - _far)) & TopBits) == TopBits;
        }
    }
}

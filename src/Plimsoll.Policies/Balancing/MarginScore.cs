namespace Plimsoll.Policies.Balancing;

/// <summary>
/// What it is worth to put S more tokens on a worker: score(S) = Σ d^t (α S − β max(0, S − margin_t)), where margin_t is what is missing to
/// the greatest load of step t.
/// </summary>
/// <remarks>
/// The score is concave and piecewise linear in S: its slope falls by β d^t at each margin. So it has its greatest value at the first
/// margin beyond which the slope is not positive, and of any sizes the best is next to that, below or above. Source: scheduling theory,
/// sections 3.3 and 3.6.
/// </remarks>
internal sealed class MarginScore
{
    private readonly double[] _weights;
    private readonly double _gain;
    private readonly long[] _margins;
    private readonly long[] _sorted;
    private readonly int[] _steps;

    /// <param name="horizonSteps">H, from 0.</param>
    /// <param name="alpha">α, reward for each token placed, above 0.</param>
    /// <param name="beta">β, penalty for each token beyond a margin, from 0.</param>
    /// <param name="decay">d, weight of a step against the one before it, above 0 to 1.</param>
    public MarginScore(int horizonSteps, double alpha, double beta, double decay)
    {
        Beta = beta;
        _weights = new double[horizonSteps + 1];
        _margins = new long[_weights.Length];
        _sorted = new long[_weights.Length];
        _steps = new int[_weights.Length];
        double weight = 1;
        double total = 0;
        for (int t = 0; t < _weights.Length; t++)
        {
            _weights[t] = weight;
            total += weight;
            weight *= decay;
        }

        _gain = alpha * total;
    }

    /// <summary>β, penalty for each token beyond a margin, from 0.</summary>
    public double Beta { get; set; }

    /// <summary>The smallest margin, from 0.</summary>
    public long LeastMargin { get; private set; }

    /// <summary>Looks at a worker from now on.</summary>
    /// <param name="projection">The loads; read now and not kept.</param>
    /// <param name="worker">Which.</param>
    public void Face(LoadProjection projection, int worker)
    {
        ReadOnlySpan<long> greatest = projection.Greatest;
        ReadOnlySpan<long> loads = projection.Of(worker);
        long least = long.MaxValue;
        for (int t = 0; t < _margins.Length; t++)
        {
            long margin = greatest[t] - loads[t];
            _margins[t] = margin;
            least = Math.Min(least, margin);
        }

        LeastMargin = least;
    }

    /// <summary>The score of so many tokens.</summary>
    public double Of(long tokens)
    {
        double beyond = 0;
        for (int t = 0; t < _margins.Length; t++)
        {
            beyond += _weights[t] * Math.Max(0, tokens - _margins[t]);
        }

        return (_gain * tokens) - (Beta * beyond);
    }

    /// <summary>The place in a window, which is not empty, of the best request; ties go to the shorter, then to the earlier.</summary>
    public int Best(CandidateWindow window)
    {
        long best = BestTokens();
        int below = window.UpTo(best);
        int above = window.Above(best);
        return above < 0 || (below >= 0 && Of(window.Tokens(below)) >= Of(window.Tokens(above))) ? below : above;
    }

    /// <summary>The smallest number of tokens with the greatest score; <see cref="long.MaxValue"/> if more is always better.</summary>
    public long BestTokens()
    {
        double slope = _gain;
        int count = 0;
        for (int t = 0; t < _margins.Length; t++)
        {
            long margin = _margins[t];
            int place = count++;
            for (; place > 0 && _sorted[place - 1] > margin; place--)
            {
                _sorted[place] = _sorted[place - 1];
                _steps[place] = _steps[place - 1];
            }

            _sorted[place] = margin;
            _steps[place] = t;
        }

        for (int i = 0; i < count; i++)
        {
            slope -= Beta * _weights[_steps[i]];
            if (slope <= 0 && (i == count - 1 || _sorted[i + 1] != _sorted[i]))
            {
                return _sorted[i];
            }
        }

        return long.MaxValue;
    }
}

using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Learns an affine step time from requests that ran beside each other. As long as batches are composed the same way, the time from the
/// first token of a request to its last is linear in the coefficients, and so is the time to the first: a simulation at the present
/// coefficients says what was in the steps, a robust regression says what that must have cost, and both are repeated until they agree.
/// Nothing is searched for in the dark, so that the result is as sharp as the stamps; what each request spent outside the engine is learned
/// beside.
/// </summary>
public static class AffineReplayFit
{
    /// <summary>Fewest requests with two tokens or more that are worth a fit.</summary>
    public const int FewestRequests = 20;

    private const int Outside = AffineTerms.Count;
    private const int Unknowns = AffineTerms.Count + 1;
    private const int MostRounds = 60;
    private const int RoundsWhenShaken = 10;
    private const int MostCorrections = 8;
    private const double Tolerated = 1.1;
    private const double LeastShare = 0.1;

    // Share of a typical step by which tokens that agree may differ.
    private const double Close = 0.02;
    private const double Settled = 1e-7;
    private const double LeastSeconds = 1e-7;
    private const double MostSeconds = 100;

    private const double FirstWeight = 0.1;
    private const double FirstScatter = 0.05;
    private const double LaterScatter = 0.003;

    // Mean loss of a request, in scatters, below which no other start is tried.
    private const double GoodLoss = 1;

    // So small that hardly any request catches another step for it, so large that rounding to picoseconds and nanoseconds does not show.
    private const double Nudge = 5e-6;
    private const double LeastNudgeSeconds = 20e-12;

    // Twice the nudge must move a latency twice as far, but for rounding: else some request has caught another step.
    private const double Curved = 0.05;
    private const double RoundingSeconds = 2e-9;

    private const double Cauchy = 2.385;
    private const double MedianToDeviation = 1.4826;

    private static readonly double[] Shakes = [0.01, -0.01, 0.003, -0.003];

    private static readonly (double Constant, double Prompt)[] Starts = [(0.5, 0.5), (0.9, 0.2), (0.3, 0.8)];

    /// <summary>The coefficients that agree best with what was measured; null when the engine cannot hold every request.</summary>
    /// <param name="engine">The engine; its front end is learned and not looked at.</param>
    /// <param name="runs">What was measured, with <see cref="FewestRequests"/> judged requests of two tokens or more.</param>
    /// <param name="start">Where to begin; null to guess it from the stamps.</param>
    public static AffineReplayResult? Fit(ReplayEngine engine, IReadOnlyList<MeasuredRun> runs, AffineReplayResult? start = null)
    {
        ReplayEngine bare = engine with { FrontEndSeconds = 0 };
        double[] scales = Scales(runs);
        if (start is not null)
        {
            return Descend(bare, runs, [.. Five(start.Terms), start.OutsideSeconds], scales, MostRounds) is Regression near
                ? Caught(bare, runs, near, scales).Result()
                : null;
        }

        Regression? best = null;
        foreach ((double constant, double prompt) in Starts)
        {
            if (Descend(bare, runs, Guess(runs, scales, constant, prompt), scales, MostRounds) is not Regression found)
            {
                return null;
            }

            best = best is null || found.Loss < best.Loss ? found : best;
            if (best.Loss < GoodLoss)
            {
                break;
            }
        }

        return Caught(bare, runs, Shaken(bare, runs, best!, scales), scales).Result();
    }

    // Which step a request caught and what steps cost are found in turn, each from the other.
    private static Regression Caught(ReplayEngine engine, IReadOnlyList<MeasuredRun> runs, Regression best, double[] scales)
    {
        IReadOnlyList<MeasuredRun> present = runs;
        Regression latest = best;
        for (int round = 0; round < MostCorrections; round++)
        {
            MeasuredRun[] moved = [.. present.Select(run => CaughtSteps.Find(engine, Terms(latest.Present), run, scales[0]))];
            if (moved.SequenceEqual(present))
            {
                break;
            }

            if (Descend(engine, moved, latest.Present, scales, RoundsWhenShaken) is not Regression found)
            {
                break;
            }

            present = moved;
            latest = Shaken(engine, moved, found, scales);
            best = latest.Disagreement < best.Disagreement ? latest : best;
        }

        return best;
    }

    // A descent can end in a dent, where some request catches the wrong step: begun again from around the best, most get past it.
    private static Regression Shaken(ReplayEngine engine, IReadOnlyList<MeasuredRun> runs, Regression best, double[] scales)
    {
        foreach (double shake in Shakes)
        {
            for (int k = 0; k < AffineTerms.Count; k++)
            {
                double[] beside = [.. best.Present];
                beside[k] *= 1 + shake;
                Regression? found = Descend(engine, runs, beside, scales, RoundsWhenShaken);
                best = found is not null && found.Disagreement < best.Disagreement ? found : best;
            }
        }

        return best;
    }

    // Regressions at the present coefficients, each followed as far as it does not make things worse.
    private static Regression? Descend(ReplayEngine engine, IReadOnlyList<MeasuredRun> runs, double[] start, double[] scales, int mostRounds)
    {
        Regression? best = null;
        Regression? latest = null;
        double[] present = [.. start];
        double[] change = new double[Unknowns];
        double share = 1;
        for (int round = 0; round < mostRounds; round++)
        {
            if (Regression.At(engine, runs, present, scales) is not Regression regression)
            {
                return null;
            }

            best = best is null || regression.Loss < best.Loss ? regression : best;
            if (latest is not null && regression.Loss > Tolerated * latest.Loss && share > LeastShare)
            {
                share /= 2;
            }
            else
            {
                latest = regression;
                change = [.. regression.Solve().Select((value, k) => value - regression.Present[k])];
                share = 1;
            }

            double moved = 0;
            for (int k = 0; k < Unknowns; k++)
            {
                present[k] = latest.Present[k] + (share * change[k]);
                moved = Math.Max(moved, Math.Abs(share * change[k]) / scales[k]);
            }

            if (moved < Settled)
            {
                break;
            }
        }

        return latest!.Loss <= Tolerated * best!.Loss ? latest : best;
    }

    internal static AffineTerms Terms(IReadOnlyList<double> values) => new(Math.Max(values[0], 1e-9), values[1], values[2], values[3], values[4]);

    internal static double[] Five(AffineTerms terms) =>
        [terms.Constant, terms.PerPrefillToken, terms.PerSequence, terms.PerContextToken, terms.PerContextTokenMixed];

    // A share of a quick token is the constant, a share of a quick prompt its tokens; the rest is small.
    private static double[] Guess(IReadOnlyList<MeasuredRun> runs, double[] scales, double constantShare, double promptShare)
    {
        double[] tokens = [.. Judged(runs).Select(request => request.Latency.TpotSeconds).Order()];
        double[] prompts = [.. Judged(runs).Select(request => request.Latency.TtftSeconds / request.PromptTokens).Order()];
        double quick = Math.Clamp(tokens[tokens.Length / 10], LeastSeconds, MostSeconds);
        double perPrompt = Math.Clamp(prompts[prompts.Length / 4], LeastSeconds * 1e-3, MostSeconds);
        return [constantShare * quick, promptShare * perPrompt, 0.1 * scales[2], 0.1 * scales[3], 0.05 * scales[4], 0];
    }

    // What one unit of each would cost if it alone made up a token's time.
    private static double[] Scales(IReadOnlyList<MeasuredRun> runs)
    {
        double[] tokens = [.. Judged(runs).Select(request => request.Latency.TpotSeconds).Order()];
        double typical = Math.Clamp(tokens[tokens.Length / 2], LeastSeconds, MostSeconds);
        double length = Judged(runs).Average(request => request.PromptTokens + (0.5 * request.OutputTokens));
        double inside = Math.Max(1, runs.Average(Concurrency));
        return [typical, typical / length, typical / inside, typical / (inside * length), typical / (inside * length), typical];
    }

    private static IEnumerable<MeasuredRequest> Judged(IReadOnlyList<MeasuredRun> runs) =>
        runs.SelectMany(run => run.Requests.Where((request, i) => run.Judged[i] && request.OutputTokens > 1));

    private static double Concurrency(MeasuredRun run)
    {
        double first = run.Requests.Min(request => request.ArrivalSeconds);
        double last = run.Requests.Max(request => request.LastTokenSeconds);
        return run.Requests.Sum(request => request.Latency.E2eSeconds) / Math.Max(1e-9, last - first);
    }

    /// <summary>What the steps held at these coefficients, and what the measured latencies say of their prices.</summary>
    private sealed class Regression
    {
        private readonly List<double[]> _rows = [];
        private readonly List<double> _errors = [];
        private readonly List<double> _sizes = [];
        private readonly List<bool> _firsts = [];

        // What first tokens took longer than inside the engine.
        private readonly List<double> _waits = [];
        private readonly List<double> _lasts = [];

        private Regression(double[] present) => Present = present;

        /// <summary>
        /// Mean loss of a request: times after the first token count most, as a first token may miss a step by a hair and be a step late.
        /// </summary>
        public double Loss { get; private set; }

        /// <summary>
        /// How far first and last tokens are from their predictions, by Cauchy's likelihood: many that agree closely and some that do not
        /// are better than all that agree roughly.
        /// </summary>
        public double Disagreement { get; private set; }

        public double[] Present { get; }

        public static Regression? At(ReplayEngine engine, IReadOnlyList<MeasuredRun> runs, double[] present, double[] scales)
        {
            var regression = new Regression([.. present]);
            foreach (MeasuredRun run in runs)
            {
                RequestLatency[] plain = ReplayRun.Predict(engine, Terms(present), run.Requests);
                if (Array.Exists(plain, latency => latency.OutputTokens == 0))
                {
                    return null;
                }

                var nudges = new double[AffineTerms.Count];
                var once = new RequestLatency[AffineTerms.Count][];
                var twice = new RequestLatency[AffineTerms.Count][];
                for (int k = 0; k < AffineTerms.Count; k++)
                {
                    double[] moved = [.. present];
                    nudges[k] = Math.Ceiling(Math.Max(LeastNudgeSeconds, Nudge * scales[k]) * 1e12) * 1e-12;
                    moved[k] += nudges[k];
                    once[k] = ReplayRun.Predict(engine, Terms(moved), run.Requests);
                    moved[k] += nudges[k];
                    twice[k] = ReplayRun.Predict(engine, Terms(moved), run.Requests);
                }

                regression.Add(run, plain, once, twice, nudges);
            }

            int requests = runs.Sum(run => run.Judged.Count(judged => judged));
            regression.Loss /= Math.Max(1, requests);
            regression.Compare(Close * scales[0]);
            return regression;
        }

        /// <summary>What the prices must be, and the time outside: the median, as many a request catches another step.</summary>
        public double[] Solve()
        {
            (double[,] gram, double[] product) = Normal();
            double[] five = NonNegativeLeastSquares.Solve(gram, product);
            _waits.Sort();
            return [.. five, Math.Max(0, _waits[_waits.Count / 2])];
        }

        public AffineReplayResult Result()
        {
            (double[,] gram, double[] _) = Normal();
            double[,]? covariance = NonNegativeLeastSquares.Inverse(gram, [.. Present.Take(AffineTerms.Count).Select(value => value > 0)]);
            double[] errors = [.. Enumerable.Range(0, AffineTerms.Count)
                .Select(k => covariance is null || Present[k] == 0 ? double.NaN : Math.Sqrt(covariance[k, k]))];
            return new AffineReplayResult(Terms(Present), Present[Outside], errors);
        }

        private void Compare(double scatter)
        {
            double usual = _waits.Order().ElementAt(_waits.Count / 2);
            foreach (double late in _waits.Concat(_lasts))
            {
                double scaled = (late - usual) / scatter;
                Disagreement += Math.Log(1 + (scaled * scaled));
            }
        }

        private void Add(MeasuredRun run, RequestLatency[] plain, RequestLatency[][] once, RequestLatency[][] twice, double[] nudges)
        {
            for (int i = 0; i < plain.Length; i++)
            {
                if (!run.Judged[i])
                {
                    continue;
                }

                int request = i;
                RequestLatency measured = run.Requests[i].Latency;
                Loss += FirstWeight * Huber(plain[i].TtftSeconds + Present[Outside], measured.TtftSeconds, FirstScatter);
                Loss += Huber(Later(plain[i]), Later(measured), LaterScatter);
                _waits.Add(measured.TtftSeconds - plain[i].TtftSeconds);
                _lasts.Add(measured.E2eSeconds - plain[i].E2eSeconds);
                (double, double) First(int k) => (once[k][request].TtftSeconds, twice[k][request].TtftSeconds);
                Add(true, measured.TtftSeconds, plain[i].TtftSeconds, First, nudges);
                if (measured.OutputTokens > 1)
                {
                    Add(false, Later(measured), Later(plain[i]), k => (Later(once[k][request]), Later(twice[k][request])), nudges);
                }
            }
        }

        private void Add(bool first, double measured, double plain, Func<int, (double Once, double Twice)> nudged, double[] nudges)
        {
            var row = new double[AffineTerms.Count];
            for (int k = 0; k < AffineTerms.Count; k++)
            {
                (double once, double twice) = nudged(k);
                if (Math.Abs(twice - (2 * once) + plain) > (Curved * Math.Abs(twice - plain)) + RoundingSeconds)
                {
                    return;
                }

                row[k] = (twice - plain) / (2 * nudges[k]);
            }

            double explained = 0;
            for (int k = 0; k < AffineTerms.Count; k++)
            {
                explained += row[k] * Present[k];
            }

            // A first token that waited for steps which others began before it came hangs on all of these: too far to learn from.
            if (Math.Abs(explained - plain) > Curved * plain)
            {
                return;
            }

            _rows.Add(row);
            _errors.Add(measured - plain - (first ? Present[Outside] : 0));
            _sizes.Add(Math.Sqrt(Math.Max(measured, 1e-6)));
            _firsts.Add(first);
        }

        // Pseudo-Huber loss of a logarithmic error; a single token has no later ones and says nothing.
        private static double Huber(double predicted, double measured, double scatter)
        {
            if (!(predicted > 0) || !(measured > 0))
            {
                return 0;
            }

            double scaled = Math.Log(predicted / measured) / scatter;
            return Math.Sqrt(1 + (scaled * scaled)) - 1;
        }

        private static double Later(in RequestLatency latency) => latency.E2eSeconds - latency.TtftSeconds;

        // Errors grow with the square root of what they are errors of: many steps, each a little off.
        private double Deviation(bool first)
        {
            double[] sizes = [.. Enumerable.Range(0, _rows.Count).Where(i => _firsts[i] == first).Select(i => Math.Abs(_errors[i]) / _sizes[i]).Order()];
            return sizes.Length == 0 ? 1 : Math.Max(1e-9, MedianToDeviation * sizes[sizes.Length / 2]);
        }

        private (double[,] Gram, double[] Product) Normal()
        {
            double firsts = Deviation(first: true);
            double laters = Deviation(first: false);
            var gram = new double[AffineTerms.Count, AffineTerms.Count];
            var product = new double[AffineTerms.Count];
            bool enough = _firsts.Count(first => first) >= FewestRequests;
            for (int i = 0; i < _rows.Count; i++)
            {
                if (_firsts[i] && !enough)
                {
                    continue;
                }

                double deviation = (_firsts[i] ? firsts : laters) * _sizes[i];
                double scaled = _errors[i] / (Cauchy * deviation);
                double weight = 1 / ((1 + (scaled * scaled)) * deviation * deviation);
                double[] row = _rows[i];
                double target = _errors[i];
                for (int k = 0; k < AffineTerms.Count; k++)
                {
                    target += row[k] * Present[k];
                }

                for (int k = 0; k < AffineTerms.Count; k++)
                {
                    product[k] += weight * row[k] * target;
                    for (int j = 0; j < AffineTerms.Count; j++)
                    {
                        gram[k, j] += weight * row[k] * row[j];
                    }
                }
            }

            return (gram, product);
        }
    }
}

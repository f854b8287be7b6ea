using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Fits the step time of an engine from the stamps of its requests alone: simulates it on the recorded arrivals and lengths, and moves the
/// coefficients until TTFT and TPOT come out (vllm-v1-engine, section 12.4). Whole requests do not tell prefill from constant terms;
/// the two latencies together do, under a load that both idles and saturates.
/// </summary>
public static class ReplayFit
{
    /// <summary>
    /// Scatter of the logarithm of TTFT that no step time explains: whether a request catches a pass or the next is decided by fractions of
    /// a millisecond. Errors beyond it count linearly, so that a few odd requests move the fit little.
    /// </summary>
    public const double TtftScatter = 0.05;

    /// <summary>The same of TPOT, which is a mean over hundreds of steps.</summary>
    public const double TpotScatter = 0.01;

    /// <summary>
    /// The run is simulated so many times for each look at the coefficients, with arrivals a few milliseconds apart: what a request catches
    /// by luck evens out, and the fit does not learn it.
    /// </summary>
    public const int Copies = 4;

    private const int MostLooks = 1000;
    private const double NotServed = 1e3;
    private const double PhaseDeviation = 0.29;
    private const double JitterSeconds = 0.01;

    private const double BlocksRatio = 1.015;
    private const double LossPower = 4;
    private const double LeastLoss = 0.01;
    private const double PolishStep = 0.2;
    private const double Tolerance = 1e-4;

    /// <summary>The coefficients that come nearest to what was measured.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="form">The step time, and where to begin.</param>
    /// <param name="requests">All requests of the run, in order of arrival: those not judged are still traffic.</param>
    /// <param name="judged">Which of them the fit may look at.</param>
    /// <param name="mostLooks">Ends after about so many looks at coefficients.</param>
    public static ReplayFitResult Fit(
        ReplayEngine engine,
        StepTimeForm form,
        IReadOnlyList<MeasuredRequest> requests,
        IReadOnlyList<int> judged,
        int mostLooks = MostLooks)
    {
        int simulations = 0;
        MeasuredRequest[][] copies = CopiesOf(requests);
        double[] start = [.. form.Start.Select(value => Math.Log(value))];
        double[] logarithms = RobustLeastSquares.Minimise(Residuals, start, form.Spread, mostLooks / 4);
        logarithms = NelderMead.Minimise(MeanLoss, logarithms, PolishStep, Tolerance, mostLooks);
        double[] best = Exponentials(logarithms);
        FittedStepTime stepTime = form.With(best);
        return new ReplayFitResult(stepTime, best, Loss(engine, stepTime, copies, requests, judged), simulations);

        double MeanLoss(double[] at) => RobustLeastSquares.Loss(Residuals(at), at, start, form.Spread) / Math.Max(1, judged.Count);

        double[] Residuals(double[] logarithms)
        {
            var sums = new double[2 * judged.Count];
            FittedStepTime stepTime = form.With(Exponentials(logarithms));
            foreach (MeasuredRequest[] copy in copies)
            {
                simulations++;
                RequestLatency[] predicted = ReplayRun.Predict(engine, stepTime, copy);
                for (int k = 0; k < judged.Count; k++)
                {
                    RequestLatency real = requests[judged[k]].Latency;
                    RequestLatency ours = predicted[judged[k]];
                    sums[2 * k] += ours.OutputTokens == 0
                        ? NotServed
                        : Scaled(ours.TtftSeconds, real.TtftSeconds, ScatterOf(real)) / Copies;
                    sums[(2 * k) + 1] += Scaled(ours.TpotSeconds, real.TpotSeconds, TpotScatter) / Copies;
                }
            }

            return sums;
        }
    }

    /// <summary>
    /// The same by several forms: the better of each by how well it agrees, or where they agree as well a mean of both. Weights fall with
    /// the fourth power of the loss.
    /// </summary>
    public static ReplayFitResult Fit(
        ReplayEngine engine,
        StepTimeForm form,
        StepTimeForm other,
        IReadOnlyList<MeasuredRequest> requests,
        IReadOnlyList<int> judged,
        int mostLooks = MostLooks)
    {
        ReplayFitResult one = Fit(engine, form, requests, judged, mostLooks);
        ReplayFitResult two = Fit(engine, other, requests, judged, mostLooks);
        double weight = 1 / (1 + Math.Pow((one.Loss + LeastLoss) / (two.Loss + LeastLoss), LossPower));
        double shared = (weight * one.StepTime.SharedSecondsPerToken) + ((1 - weight) * two.StepTime.SharedSecondsPerToken);
        string description = string.Create(
            CultureInfo.InvariantCulture, $"{weight:0.00} of {one.StepTime.Description}, {1 - weight:0.00} of {two.StepTime.Description}");
        var mean = new FittedStepTime(new MeanStepTime(one.StepTime.Model, two.StepTime.Model, weight), shared, description);
        double loss = Loss(engine, mean, CopiesOf(requests), requests, judged);
        return new ReplayFitResult(mean, [.. one.Coefficients, .. two.Coefficients], loss, one.Simulations + two.Simulations + Copies);
    }

    /// <summary>
    /// The number of KV blocks of each rank with which these step times come nearest to what was measured: the smallest of equals.
    /// </summary>
    /// <param name="engine">The engine; its own number is not looked at.</param>
    /// <param name="stepTime">Time of its steps.</param>
    /// <param name="requests">All requests of the run, in order of arrival.</param>
    /// <param name="judged">Which of them the fit may look at.</param>
    /// <param name="least">Fewest blocks it may have.</param>
    /// <param name="most">Most blocks it may have.</param>
    public static long Blocks(
        ReplayEngine engine,
        FittedStepTime stepTime,
        IReadOnlyList<MeasuredRequest> requests,
        IReadOnlyList<int> judged,
        long least,
        long most)
    {
        MeasuredRequest[][] copies = CopiesOf(requests);
        long best = least;
        double bestLoss = double.PositiveInfinity;
        for (double blocks = least; blocks <= most; blocks = Math.Max(blocks * BlocksRatio, blocks + 1))
        {
            double loss = Loss(engine with { KvBlocks = (long)blocks }, stepTime, copies, requests, judged);
            (best, bestLoss) = loss < bestLoss ? ((long)blocks, loss) : (best, bestLoss);
        }

        return best;
    }

    private static double Loss(
        ReplayEngine engine,
        FittedStepTime stepTime,
        MeasuredRequest[][] copies,
        IReadOnlyList<MeasuredRequest> requests,
        IReadOnlyList<int> judged)
    {
        double sum = 0;
        foreach (MeasuredRequest[] copy in copies)
        {
            sum += MeanLoss(ReplayRun.Predict(engine, stepTime, copy), requests, judged);
        }

        return sum / Copies;
    }

    private static MeasuredRequest[][] CopiesOf(IReadOnlyList<MeasuredRequest> requests) =>
        [[.. requests], .. Enumerable.Range(1, Copies - 1).Select(copy => Jittered(requests, copy))];

    // Each arrival a little later, but not after the next.
    private static MeasuredRequest[] Jittered(IReadOnlyList<MeasuredRequest> requests, int copy)
    {
        RandomStream dice = new RandomTree((ulong)copy).Stream("jitter");
        var later = new MeasuredRequest[requests.Count];
        for (int i = 0; i < later.Length; i++)
        {
            double gap = i + 1 < later.Length ? requests[i + 1].ArrivalSeconds - requests[i].ArrivalSeconds : JitterSeconds;
            double jitter = dice.NextOpenUnit() * Math.Min(gap, JitterSeconds);
            later[i] = requests[i] with { ArrivalSeconds = requests[i].ArrivalSeconds + jitter };
        }

        return later;
    }

    /// <summary>Mean pseudo-Huber loss of the logarithmic errors of TTFT and TPOT.</summary>
    internal static double MeanLoss(RequestLatency[] predicted, IReadOnlyList<MeasuredRequest> measured, IReadOnlyList<int> judged)
    {
        double sum = 0;
        foreach (int i in judged)
        {
            RequestLatency real = measured[i].Latency;
            sum += predicted[i].OutputTokens == 0 ? NotServed
                : Of(predicted[i].TtftSeconds, real.TtftSeconds, ScatterOf(real))
                    + Of(predicted[i].TpotSeconds, real.TpotSeconds, TpotScatter);
        }

        return judged.Count == 0 ? 0 : sum / judged.Count;
    }

    private static double Of(double predicted, double measured, double scatter)
    {
        double scaled = Scaled(predicted, measured, scatter);
        return Math.Sqrt(1 + (scaled * scaled)) - 1;
    }

    // A request comes at any moment of a step: an even spread over a step deviates by 0.29 of it.
    private static double ScatterOf(in RequestLatency real)
    {
        double phase = real.OutputTokens > 1 ? PhaseDeviation * real.TpotSeconds / real.TtftSeconds : 0;
        return Math.Sqrt((TtftScatter * TtftScatter) + (phase * phase));
    }

    // A single token has no TPOT and says nothing.
    private static double Scaled(double predicted, double measured, double scatter) =>
        predicted > 0 && measured > 0 ? Math.Log(predicted / measured) / scatter : 0;

    // Bounded so that no step of the search leaves what a step can take.
    private static double[] Exponentials(double[] logarithms) => [.. logarithms.Select(value => Math.Exp(Math.Clamp(value, -30, 2)))];
}

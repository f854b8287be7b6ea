namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Fits the step time of an engine from the stamps of its requests alone: simulates it on the recorded arrivals and lengths, and moves the
/// coefficients until TTFT and TPOT come out (vllm-v1-engine, section 12.4). Whole requests do not tell prefill from constant terms;
/// the two latencies together do, under a load that both idles and saturates.
/// </summary>
public static class ReplayFit
{
    /// <summary>
    /// Scatter of the logarithm of TTFT that no step time explains: whether a request catches a pass or the next is decided by fractions of a
    /// millisecond. Errors beyond it count linearly, so that a few odd requests move the fit little.
    /// </summary>
    public const double TtftScatter = 0.05;

    /// <summary>The same of TPOT, which is a mean over hundreds of steps.</summary>
    public const double TpotScatter = 0.01;

    /// <summary>Most simulations of a fit.</summary>
    public const int MostSimulations = 1500;

    private const double FirstStep = 0.25;
    private const double Tolerance = 1e-8;

    /// <summary>The coefficients that come nearest to what was measured.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="start">Where to begin; all above 0.</param>
    /// <param name="requests">All requests of the run, in order of arrival: those not judged are still traffic.</param>
    /// <param name="judged">Which of them the fit may look at.</param>
    public static ReplayFitResult Fit(
        ReplayEngine engine, AffineTerms start, IReadOnlyList<MeasuredRequest> requests, IReadOnlyList<int> judged)
    {
        int simulations = 0;
        double[] best = NelderMead.Minimise(Loss, Logarithms(start), FirstStep, Tolerance, MostSimulations);
        return new ReplayFitResult(Terms(best, start), Loss(best), simulations);

        double Loss(double[] logarithms)
        {
            simulations++;
            return MeanLoss(ReplayRun.Predict(engine, Terms(logarithms, start), requests), requests, judged);
        }
    }

    /// <summary>The best of the fits from several starts: the function is rough, and descents end in different places.</summary>
    public static ReplayFitResult Best(
        IReadOnlyList<AffineTerms> starts, ReplayEngine engine, IReadOnlyList<MeasuredRequest> requests, IReadOnlyList<int> judged) =>
        starts.Select(start => Fit(engine, start, requests, judged)).MinBy(fit => fit.Loss);

    /// <summary>Mean pseudo-Huber loss of the logarithmic errors of TTFT and TPOT.</summary>
    internal static double MeanLoss(RequestLatency[] predicted, IReadOnlyList<MeasuredRequest> measured, IReadOnlyList<int> judged)
    {
        double sum = 0;
        foreach (int i in judged)
        {
            RequestLatency real = measured[i].Latency;
            sum += Of(predicted[i].TtftSeconds, real.TtftSeconds, TtftScatter)
                + Of(predicted[i].TpotSeconds, real.TpotSeconds, TpotScatter);
        }

        return judged.Count == 0 ? 0 : sum / judged.Count;
    }

    // A single token has no TPOT and says nothing.
    private static double Of(double predicted, double measured, double scatter)
    {
        if (!(predicted > 0) || !(measured > 0))
        {
            return 0;
        }

        double scaled = Math.Log(predicted / measured) / scatter;
        return Math.Sqrt(1 + (scaled * scaled)) - 1;
    }

    // What is not above 0 at the start stays out of the fit.
    private static double[] Logarithms(AffineTerms start) => [.. Seconds(start).Where(value => value > 0).Select(value => Math.Log(value))];

    private static double[] Seconds(AffineTerms terms) =>
    [
        terms.Constant, terms.PerPrefillToken, terms.PerSequence, terms.PerContextToken, terms.PerContextTokenMixed, terms.SharedPerToken,
    ];

    // Bounded so that no step of the search leaves what a step can take.
    private static AffineTerms Terms(double[] logarithms, AffineTerms start)
    {
        double[] seconds = Seconds(start);
        int next = 0;
        for (int i = 0; i < seconds.Length; i++)
        {
            seconds[i] = seconds[i] > 0 ? Math.Exp(Math.Clamp(logarithms[next++], -30, 0)) : 0;
        }

        return new AffineTerms(seconds[0], seconds[1], seconds[2], seconds[3], seconds[4], seconds[5]);
    }
}

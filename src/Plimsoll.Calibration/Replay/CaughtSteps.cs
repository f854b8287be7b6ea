namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Says of requests at which instant they must have reached the engine. A request that is sent just before a step begins may reach the
/// engine just after, and miss it by a hair that no stamp of the client shows; all steps after it then hold something else. Where the first
/// token of a request is off by more than stamps are, its arrival is moved a little, and stays moved when the stamps of the whole run then
/// agree clearly better with a simulation.
/// </summary>
internal static class CaughtSteps
{
    private const int FewestStamps = 4;

    // Scatters by which a first token must be off before its arrival is doubted.
    private const double Odd = 4;

    // Logarithmic likelihood that a moved arrival must be worth, so that chance moves none.
    private const double Worth = 5;

    private const double LeastScatterSeconds = 1e-4;
    private const double Longer = 3;

    /// <summary>The run with some arrivals moved; the same run when none is.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="terms">Its step time, about.</param>
    /// <param name="run">The run; only requests that are judged are moved, and only their stamps are looked at.</param>
    /// <param name="mostSeconds">No arrival is moved further than this at a time.</param>
    public static MeasuredRun Find(ReplayEngine engine, AffineTerms terms, MeasuredRun run, double mostSeconds)
    {
        MeasuredRequest[] requests = [.. run.Requests];
        Lateness lateness = LatenessOf(engine, terms, requests);
        double[] sorted = [.. lateness.First.Where((_, i) => run.Judged[i]).Order()];
        if (sorted.Length < FewestStamps)
        {
            return run;
        }

        (double usual, double scatter) = Usual(sorted);
        double fit = Fit(lateness, run.Judged, usual, scatter);
        bool moved = false;
        int[] order = [.. Enumerable.Range(0, requests.Length).OrderBy(i => requests[i].FirstTokenSeconds).ThenBy(i => i)];
        foreach (int i in order)
        {
            double off = lateness.First[i] - usual;
            if (!run.Judged[i] || Math.Abs(off) <= Odd * scatter)
            {
                continue;
            }

            MeasuredRequest before = requests[i];
            (double Fit, MeasuredRequest Request, Lateness Lateness) best = (fit + Worth, before, lateness);
            foreach (double seconds in Moves(off, scatter, mostSeconds))
            {
                requests[i] = Moved(requests, i, before, seconds);
                Lateness then = LatenessOf(engine, terms, requests);
                double thenFit = Fit(then, run.Judged, usual, scatter);
                best = thenFit > best.Fit ? (thenFit, requests[i], then) : best;
            }

            requests[i] = best.Request;
            if (best.Request != before)
            {
                (fit, lateness, moved) = (best.Fit, best.Lateness, true);
            }
        }

        return moved ? run with { Requests = requests } : run;
    }

    // From one scatter on, each three times the last; and all that the first token is off by, as for a request that found the engine idle.
    private static IEnumerable<double> Moves(double off, double scatter, double mostSeconds)
    {
        for (double seconds = scatter; seconds <= mostSeconds; seconds *= Longer)
        {
            yield return Math.CopySign(seconds, off);
        }

        if (Math.Abs(off) <= mostSeconds)
        {
            yield return off;
        }
    }

    // Between its neighbours, so that the order stays, and not after its own first token.
    private static MeasuredRequest Moved(MeasuredRequest[] requests, int i, in MeasuredRequest request, double seconds)
    {
        double earliest = i == 0 ? double.NegativeInfinity : requests[i - 1].ArrivalSeconds;
        double latest = i + 1 == requests.Length ? double.PositiveInfinity : requests[i + 1].ArrivalSeconds;
        double arrival = Math.Min(request.ArrivalSeconds + seconds, request.FirstTokenSeconds);
        return request with { ArrivalSeconds = Math.Max(earliest, Math.Min(latest, arrival)) };
    }

    private static Lateness LatenessOf(ReplayEngine engine, AffineTerms terms, MeasuredRequest[] requests)
    {
        RequestLatency[] predicted = ReplayRun.Predict(engine, terms, requests);
        return new Lateness(
            [.. requests.Select((request, i) => request.Latency.TtftSeconds - predicted[i].TtftSeconds)],
            [.. requests.Select((request, i) => request.Latency.E2eSeconds - predicted[i].E2eSeconds)]);
    }

    // Middle and half width of the shortest interval that holds half of all (least median of squares): the other half does not matter.
    private static (double Usual, double Scatter) Usual(double[] sorted)
    {
        int half = sorted.Length / 2;
        int best = 0;
        for (int i = 1; i + half < sorted.Length; i++)
        {
            best = sorted[i + half] - sorted[i] < sorted[best + half] - sorted[best] ? i : best;
        }

        return ((sorted[best] + sorted[best + half]) / 2, Math.Max(LeastScatterSeconds, (sorted[best + half] - sorted[best]) / 2));
    }

    // Logarithm of Cauchy's likelihood, but for a constant.
    private static double Fit(Lateness lateness, IReadOnlyList<bool> judged, double usual, double scatter)
    {
        double sum = 0;
        for (int i = 0; i < judged.Count; i++)
        {
            if (judged[i])
            {
                double first = (lateness.First[i] - usual) / scatter;
                double last = (lateness.Last[i] - usual) / scatter;
                sum -= Math.Log(1 + (first * first)) + Math.Log(1 + (last * last));
            }
        }

        return sum;
    }

    /// <summary>How much later than in the simulation first and last tokens came, in seconds.</summary>
    private sealed record Lateness(double[] First, double[] Last);
}

using Plimsoll.Calibration.Replay;

namespace Plimsoll.Calibration.Validation.Replays;

/// <summary>
/// What the stamps of a run's first requests say of its KV cache. At the time when one of them was admitted only earlier ones were running,
/// as engines admit in order of arrival, so that nothing of later requests is looked at.
/// </summary>
/// <param name="MostBlocks">Most that all ranks together held; preempted requests count as if they still held theirs.</param>
/// <param name="UsualBlocks">
/// What they held when a request was admitted for which there had been no room: the median; 0 when there was always room.
/// </param>
internal readonly record struct ObservedCache(long MostBlocks, long UsualBlocks)
{
    // Requests wait for the end of a step and for the token budget too, and for a free place.
    private const double LongWaitInSteps = 10;
    private const double NearlyFull = 0.9;
    private const int FreePlaces = 4;
    private const int FewestWaits = 3;

    /// <summary>Whether memory was what requests waited for.</summary>
    public bool IsLimit => UsualBlocks > 0;

    /// <summary>Looks at the first requests of a run.</summary>
    /// <param name="log">The run.</param>
    /// <param name="engine">The engine; its memory is not looked at.</param>
    /// <param name="known">How many requests may be looked at.</param>
    public static ObservedCache Of(ReplayLog log, ReplayEngine engine, int known)
    {
        double step = TypicalTpot(log, known);
        double all = engine.Ranks * (double)engine.Rules.MaxSequences;
        double places = Math.Min(NearlyFull * all, all - FreePlaces);
        long most = 0;
        List<double> waited = [];
        for (int i = 0; i < known; i++)
        {
            double now = log.AdmittedSeconds[i];
            if (!double.IsFinite(now))
            {
                continue;
            }

            double arrival = log.Requests[i].ArrivalSeconds;
            double held = Blocks(log.Requests[i].PromptTokens, engine.BlockTokens);
            int running = 0;
            double admittedTokens = 0;
            for (int j = 0; j < known; j++)
            {
                double admitted = log.AdmittedSeconds[j];
                bool isEarlier = j != i && admitted <= now;
                admittedTokens += isEarlier && admitted >= arrival ? log.Requests[j].PromptTokens : 0;
                if (isEarlier && log.Requests[j].LastTokenSeconds > now)
                {
                    running++;
                    held += Blocks(TokensAt(log.Requests[j], now), engine.BlockTokens);
                }
            }

            most = Math.Max(most, (long)held);
            double steps = LongWaitInSteps * (1 + (admittedTokens / engine.Rules.TokenBudget));
            if (now - arrival > steps * step && running < places)
            {
                waited.Add(held);
            }
        }

        waited.Sort();
        return new ObservedCache(most, waited.Count < FewestWaits ? 0 : (long)waited[waited.Count / 2]);
    }

    private static double TypicalTpot(ReplayLog log, int known)
    {
        double[] times = [.. log.Requests.Take(known).Select(request => request.Latency.TpotSeconds).Where(double.IsFinite).Order()];
        return times.Length == 0 ? double.PositiveInfinity : times[(int)(0.9 * (times.Length - 1))];
    }

    private static double Blocks(double tokens, int blockTokens) => Math.Ceiling(tokens / blockTokens);

    // Its prompt, and of its output what should exist by now.
    private static double TokensAt(in MeasuredRequest request, double now)
    {
        double share = (now - request.FirstTokenSeconds) / Math.Max(1e-9, request.LastTokenSeconds - request.FirstTokenSeconds);
        return request.PromptTokens + (request.OutputTokens * Math.Clamp(share, 0, 1));
    }
}

using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Steps from requests that had the engine to themselves: the time to the first token is one step with the whole prompt, and the rest is
/// one step for each later token, of which the one in the middle is written down.
/// </summary>
public static class AloneRequests
{
    /// <summary>
    /// The steps of the requests that overlap no other; <paramref name="tokenBudget"/> is the longest prompt that an engine takes in one
    /// step: longer ones give decode steps only.
    /// </summary>
    public static IReadOnlyList<StepObservation> StepsOf(IReadOnlyList<RequestRecord> requests, long tokenBudget, out int alone)
    {
        ArgumentNullException.ThrowIfNull(requests);
        List<StepObservation> steps = [];
        alone = 0;
        foreach (IGrouping<string, RequestRecord> file in requests.GroupBy(request => request.File))
        {
            RequestRecord[] sorted = [.. file.OrderBy(request => request.SentSeconds).ThenBy(request => request.Line)];
            double busyUntil = double.NegativeInfinity;
            for (int i = 0; i < sorted.Length; i++)
            {
                RequestRecord request = sorted[i];
                double end = request.SentSeconds + request.EndToEndSeconds;
                bool before = request.SentSeconds < busyUntil;
                bool after = i + 1 < sorted.Length && sorted[i + 1].SentSeconds < end;
                busyUntil = Math.Max(busyUntil, end);
                if (!before && !after)
                {
                    alone++;
                    Add(request, tokenBudget, steps);
                }
            }
        }

        return steps;
    }

    private static void Add(in RequestRecord request, long tokenBudget, List<StepObservation> steps)
    {
        if (request.PromptTokens <= tokenBudget)
        {
            steps.Add(StepObservation.OfStep(request.PromptTokens, 1, 0, 0, 0, request.TtftSeconds) with
            {
                File = request.File,
                Line = request.Line,
            });
        }

        double later = request.EndToEndSeconds - request.TtftSeconds;
        if (request.OutputTokens > 1 && later > 0)
        {
            double context = Math.Round(request.PromptTokens + (request.OutputTokens / 2.0));
            steps.Add(StepObservation.OfStep(0, 0, 0, 1, context, later / (request.OutputTokens - 1)) with
            {
                File = request.File,
                Line = request.Line,
            });
        }
    }
}

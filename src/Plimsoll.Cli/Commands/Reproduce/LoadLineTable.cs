using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Statistics;
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
/// engine with steps from the catalogue and from operators timed on such a GPU, which know nothing of the measurement.
/// </summary>
internal sealed class LoadLineTable : IExperiment
{
    private const string Theory = "load line";
    private const string Rate = "requests/s";

    private static readonly StepSource[] Sources = [StepSource.Constant, StepSource.Catalogue, StepSource.Affine];

    private readonly int _requests;
    private readonly double _overload;
    private readonly int _kvTokens;
    private readonly int _chunkTokens;
    private readonly int _blockTokens;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;
    private readonly Hardware? _hardware;
    private readonly IStepTimeModel _affine;
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
        _hardware = fields.Hardware(tensorParallel: 1);
        _affine = fields.StepTime("affine");
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

    private int Cases => _workloads.Count * _policies.Count * Sources.Length;

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<SaturatedRun[]> seeds = conditions.ForEverySeed(Cases, (long)Cases * _requests, (number, random, progress) =>
        {
            (SaturatedWorkload workload, PolicyChoice<IBatchingPolicy> policy, StepSource source) = CaseOf(number);
            return Simulate(workload, policy, source, random, () => progress.Watch(() => false, null));
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
                "const: every step takes the median that was measured. catalogue: a roofline of this model on this GPU, from published rates. "
                    + "affine: a line fitted to operators that were timed alone on such a GPU, without launches and host.",
                "Gaps are (theory − measured) / measured, as printed, but with their sign.",
                "The mixed row joins runs of its phases by shares of requests; the paper's weights are not known.",
                "The step of the row on 8 GPUs was not printed: it was computed back from the printed line, which the formula then meets by design.",
                "Not run: the rows on LongBench v2 and 8:1, whose lengths and steps are not known here.",
            ],
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

    private (SaturatedWorkload Workload, PolicyChoice<IBatchingPolicy> Policy, StepSource Source) CaseOf(int number) => (
        _workloads[number / Sources.Length / _policies.Count],
        _policies[number / Sources.Length % _policies.Count],
        Sources[number % Sources.Length]);

    private int NumberOf(int workload, int policy, StepSource source) => (((workload * _policies.Count) + policy) * Sources.Length) + (int)source;

    private LoadLineEstimate Line(SaturatedWorkload workload, IStepTimeModel stepTime) =>
        LoadLineEstimate.Of(workload.Moments(_chunkTokens), new ReplicaLimits { KvTokens = _kvTokens, StepTime = stepTime });

    private SaturatedRun? Simulate(
        SaturatedWorkload workload, PolicyChoice<IBatchingPolicy> policy, StepSource source, RandomTree random, Func<IRunObserver?> watch)
    {
        BatchingRules rules = policy.Create().Plan(new EngineOverrides { ChunkTokens = _chunkTokens, LargeDevice = false });
        IStepTimeModel stepTime = source switch
        {
            StepSource.Constant => new ConstantStepTime(workload.StepSeconds),
            StepSource.Catalogue => _hardware!.StepTime(rules),
            _ => _affine,
        };
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
            foreach (StepSource source in Sources)
            {
                double[] rates = [.. seeds.Select(seed => seed[NumberOf(number, policy, source)].RequestsPerSecond)];
                double[] steps = [.. seeds.Select(seed => seed[NumberOf(number, policy, source)].StepSeconds * 1e3)];
                rows.Add(Simulated(workload.Name, policy, source, rates, theory, workload.PrintedMeasured));
                if (source != StepSource.Constant)
                {
                    rows.Add(new ReproducedRow(NameOf(policy, source), workload.Name, "mean step, ms", MeanEstimate.Of(steps))
                    {
                        Printed = $"{Units.Number(workload.StepSeconds * 1e3)} (median)",
                    });
                }
                else
                {
                    double simulated = MeanEstimate.Of(rates).Mean;
                    claims.Add(Near($"{workload.Name}: the formula is within 3 % of {NameOf(policy, source)}", theory, simulated, 0.03));
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
            foreach (StepSource source in Sources)
            {
                double[] rates =
                    [.. seeds.Select(seed => Joined(number => seed[NumberOf(number, policy, source)].RequestsPerSecond))];
                rows.Add(Simulated(name, policy, source, rates, theory, _mixed.Measured));
            }
        }

        claims.Add(Near($"{name}: the formula is within 10 % of the GPU", theory, _mixed.Measured, 0.1));
    }

    private ReproducedRow Simulated(string setting, int policy, StepSource source, double[] rates, double theory, double measured)
    {
        double mean = MeanEstimate.Of(rates).Mean;
        string toTheory = source != StepSource.Constant ? "" : $"theory {Gap(theory, mean)} from it; ";
        return new ReproducedRow(NameOf(policy, source), setting, Rate, MeanEstimate.Of(rates))
        {
            Printed = $"{Units.Number(measured)} (GPU)",
            Remark = $"{toTheory}{Gap(mean, measured)} from the GPU",
        };
    }

    private string NameOf(int policy, StepSource source) => $"{_policies[policy].Entry.Name}, {source switch
    {
        StepSource.Constant => "const",
        StepSource.Catalogue => "catalogue",
        _ => "affine",
    }}";

    private static ReproducedClaim Near(string statement, double value, double reference, double tolerance) =>
        new(statement, Math.Abs((value / reference) - 1) <= tolerance, Gap(value, reference));

    private static string Gap(double value, double reference) => Units.SignedPercent((value / reference) - 1);
}

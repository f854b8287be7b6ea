using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Optimization;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>MC-SF against the optimum in hindsight on small random instances (scheduling theory, section 6.1).</summary>
internal sealed class McSfHindsight : IExperiment
{
    private const string AllAtOnce = "all at round 0";
    private const string OverTime = "Poisson arrivals";
    private const string Optimum = "hindsight optimum";
    private const string Relaxation = "linear relaxation";
    private const string TotalLatency = "total latency, rounds";
    private const string ShareOptimal = "share of instances at the optimum";

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;
    private static readonly string[] Settings = [AllAtOnce, OverTime];

    private readonly int _jobs;
    private readonly LengthDistribution _kvTokens;
    private readonly LengthDistribution _prompt;
    private readonly double _slowest;
    private readonly double _fastest;
    private readonly int _mostStates;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;

    private McSfHindsight(ScenarioFields fields, ExperimentInputs inputs)
    {
        int jobs = fields.Whole("jobs", 1, 64);
        _jobs = inputs.Jobs ?? jobs;
        _kvTokens = fields.Lengths("kv_tokens");
        _prompt = fields.Lengths("prompt_tokens");
        if (_kvTokens.Minimum <= _prompt.Maximum || _kvTokens.Maximum > 10_000)
        {
            fields.Report("kv_tokens", "must be above every prompt, and 10,000 at most");
        }

        ScenarioFields arrivals = fields.Group("arrivals_per_round");
        _slowest = arrivals.Number("least", 0.001, 1000);
        _fastest = arrivals.Number("most", _slowest, 1000);
        _mostStates = fields.Whole("search_states", 1, 100_000_000);
        _policies = fields.Policies("policies");
        fields.RequirePredicted("policies", _policies, Exact);
    }

    public static ExperimentEntry Entry { get; } = new(
        "mc-sf-hindsight",
        "MC-SF against the optimum in hindsight on small random instances",
        "Jaillet, Jiang, Mellou, Molinaro, Podimata, Zhou, arXiv:2502.07115",
        "with about 50 jobs: ratio 1.005, optimal in 114 of 200 instances, all jobs at once; 1.047 online",
        (fields, inputs) => new McSfHindsight(fields, inputs));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<Instance[]> seeds = conditions.ForEverySeed(
            Settings.Length,
            (long)Settings.Length * _policies.Count * _jobs,
            (setting, random, progress) => Solve(Settings[setting], random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        List<ReproducedRow> rows = [];
        List<string> notes = [];
        for (int setting = 0; setting < Settings.Length; setting++)
        {
            Instance[] proven = [.. seeds.Select(seed => seed[setting]).Where(instance => instance.Answer.IsProven)];
            rows.AddRange(Rows(Settings[setting], proven));
            string share = $"{proven.Length} of {seeds.Count} instances of {_jobs} jobs";
            notes.Add($"{Settings[setting]}: the optimum is proven in {share}; others are left out.");
        }

        notes.Add("Where only easy instances are proven, the ratio is too good; with the 50 jobs of the paper hardly any would be.");
        if (SolverLibraries.Missing is { } missing)
        {
            notes.Add($"Without the linear relaxation: {missing}");
        }

        return new ExperimentFindings(seeds.Count, rows) { Notes = notes };
    }

    private Instance? Solve(string setting, RandomTree random, RunProgress progress)
    {
        (InferenceRequest[] jobs, int kvTokens) = Draw(setting, random);
        double[] latencies = new double[_policies.Count];
        for (int policy = 0; policy < latencies.Length; policy++)
        {
            if (RoundRun.Of(jobs, kvTokens, _policies[policy], Exact, random, progress) is not { } run)
            {
                return null;
            }

            latencies[policy] = run.TotalLatency;
        }

        if (HindsightAnswer.Of(jobs, kvTokens, _mostStates, progress) is not { } answer)
        {
            return null;
        }

        bool isBeaten = latencies.Any(latency => latency < answer.TotalLatency);
        Invariant.Holds(!(answer.IsProven && isBeaten), "no policy is better than the optimum");
        return new Instance(latencies, answer);
    }

    // One memory and one prompt length for an instance, as in the released code; every output fits beside its prompt.
    private (InferenceRequest[] Jobs, int KvTokens) Draw(string setting, RandomTree random)
    {
        RandomStream shape = random.Stream("instance");
        RandomStream outputs = random.Stream("output");
        RandomStream arrivals = random.Stream("arrival");
        (int kvTokens, int prompt) = (_kvTokens.Sample(ref shape), _prompt.Sample(ref shape));
        double perRound = _slowest + ((_fastest - _slowest) * shape.NextOpenUnit());
        double at = 0;
        var jobs = new InferenceRequest[_jobs];
        for (int i = 0; i < jobs.Length; i++)
        {
            at += -Math.Log(arrivals.NextOpenUnit()) / perRound;
            Instant arrival = setting == AllAtOnce ? Instant.Zero : Instant.FromSeconds(Math.Floor(at));
            jobs[i] = new InferenceRequest(new RequestId(i), arrival, prompt, 1 + (int)outputs.NextBelow(kvTokens - prompt));
        }

        return (jobs, kvTokens);
    }

    private IEnumerable<ReproducedRow> Rows(string setting, Instance[] instances)
    {
        double[] optimum = [.. instances.Select(instance => instance.Answer.TotalLatency)];
        for (int policy = 0; policy < _policies.Count; policy++)
        {
            string name = _policies[policy].ToString();
            double[] latencies = [.. instances.Select(instance => instance.Latencies[policy])];
            yield return ReproducedRow.Against(Optimum, optimum, name, setting, TotalLatency, latencies) with
            {
                Printed = (name, setting) switch
                {
                    ("mc-sf", AllAtOnce) => "1.005",
                    ("mc-sf", OverTime) => "1.047",
                    _ => ReproducedRow.NothingPrinted,
                },
                Remark = (name, setting) switch
                {
                    ("mc-sf", AllAtOnce) => "printed for about 50 jobs against a solver with a time limit; "
                        + "an earlier reconstruction with 8 jobs, easy instances only, found 1.025",
                    ("mc-sf", OverTime) => "printed for about 50 jobs against a solver with a time limit",
                    _ => "",
                },
                Mark = latencies.Any(double.IsNaN) ? "livelock" : "",
            };
            double[] isOptimal = [.. latencies.Zip(optimum, (own, best) => own == best ? 1.0 : 0)];
            yield return new ReproducedRow(name, setting, ShareOptimal, MeanEstimate.Of(isOptimal))
            {
                Printed = (name, setting) == ("mc-sf", AllAtOnce) ? "0.57" : ReproducedRow.NothingPrinted,
                Remark = (name, setting) == ("mc-sf", AllAtOnce) ? "the earlier reconstruction with 8 jobs found 0.33" : "",
            };
        }

        if (SolverLibraries.Missing is null)
        {
            double[] bounds = [.. instances.Select(instance => instance.Answer.LinearBound)];
            yield return ReproducedRow.Against(Relaxation, bounds, Optimum, setting, TotalLatency, optimum) with
            {
                Remark = setting == AllAtOnce ? "the earlier reconstruction with 8 jobs found 1.14" : "",
            };
        }
    }

    private readonly record struct Instance(double[] Latencies, HindsightAnswer Answer);
}

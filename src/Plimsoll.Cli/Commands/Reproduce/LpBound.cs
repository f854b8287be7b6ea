using System.Globalization;
using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Optimization;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Orders against the linear relaxation of the hindsight program, on mixes small enough (scheduling theory, section 5).</summary>
internal sealed class LpBound : IExperiment
{
    private const string Bound = "linear relaxation";
    private const string BestFound = "best schedule found";
    private const string TotalLatency = "total latency, rounds";
    private const int MostJobs = 64;
    private const int MostKvTokens = 65_535;

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private readonly IReadOnlyList<JobMix> _mixes;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;

    private LpBound(ScenarioFields fields, ExperimentInputs inputs)
    {
        _mixes = [.. fields.Groups("mixes").Select(mix => JobMix.Read(mix, inputs))];
        _policies = fields.Policies("policies");
        fields.RequirePredicted("policies", _policies, Exact);
        foreach (JobMix mix in _mixes.Where(mix => mix.Jobs > MostJobs || mix.KvTokens > MostKvTokens))
        {
            fields.Report("mixes", $"'{mix.Name}' is too large: a solver takes {MostJobs} jobs and {MostKvTokens:#,0} tokens");
        }
    }

    public static ExperimentEntry Entry { get; } = new(
        "lp-bound",
        "orders against the linear relaxation of the hindsight program, on small mixes",
        "Wang, Ye, Zhou, arXiv:2508.06133",
        "in words only: near the bound of the linear relaxation on instances small enough for it",
        (fields, inputs) => new LpBound(fields, inputs));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        if (SolverLibraries.Missing is { } missing)
        {
            return ExperimentFindings.NotRun(missing);
        }

        if (_mixes.SelectMany(mix => mix.NotRun).FirstOrDefault() is { } reason)
        {
            return ExperimentFindings.NotRun(reason);
        }

        IReadOnlyList<Instance[]> seeds = conditions.ForEverySeed(
            _mixes.Count,
            (long)_mixes.Sum(mix => mix.Jobs) * _policies.Count,
            (mix, random, progress) => Solve(_mixes[mix], random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        for (int mix = 0; mix < _mixes.Count; mix++)
        {
            Instance[] instances = [.. seeds.Select(seed => seed[mix])];
            rows.AddRange(Rows(_mixes[mix].Name, instances));
            claims.AddRange(Claims(_mixes[mix].Name, instances));
        }

        return new ExperimentFindings(seeds.Count, rows)
        {
            Claims = claims,
            Notes = ["The best schedule found comes from a local search, unproven; the optimum lies between the relaxation and it."],
        };
    }

    private Instance? Solve(JobMix mix, RandomTree random, RunProgress progress)
    {
        InferenceRequest[] jobs = mix.Draw(random);
        double[] latencies = new double[_policies.Count];
        for (int policy = 0; policy < latencies.Length; policy++)
        {
            if (RoundRun.Of(jobs, mix.KvTokens, _policies[policy], Exact, random, progress) is not { } run)
            {
                return null;
            }

            latencies[policy] = run.TotalLatency;
        }

        return HindsightAnswer.Near(jobs, mix.KvTokens, progress) is { } answer ? new Instance(latencies, answer) : null;
    }

    private IEnumerable<ReproducedRow> Rows(string mix, Instance[] instances)
    {
        double[] bounds = [.. instances.Select(instance => instance.Answer.LinearBound)];
        double[] found = [.. instances.Select(instance => Math.Min(instance.Answer.TotalLatency, instance.Latencies.Min()))];
        yield return ReproducedRow.Against(Bound, bounds, BestFound, mix, TotalLatency, found);
        for (int policy = 0; policy < _policies.Count; policy++)
        {
            double[] latencies = [.. instances.Select(instance => instance.Latencies[policy])];
            yield return ReproducedRow.Against(Bound, bounds, _policies[policy].ToString(), mix, TotalLatency, latencies) with
            {
                Mark = latencies.Any(double.IsNaN) ? "livelock" : "",
            };
        }
    }

    private IEnumerable<ReproducedClaim> Claims(string mix, Instance[] instances)
    {
        for (int policy = 0; policy < _policies.Count; policy++)
        {
            string name = _policies[policy].ToString();
            if (name.StartsWith("sorted-f:", StringComparison.Ordinal))
            {
                double bound = instances.Average(instance => instance.Latencies[policy] / instance.Answer.LinearBound);
                double found = instances.Average(instance => instance.Latencies[policy] / instance.Answer.TotalLatency);
                yield return new ReproducedClaim(
                    $"{mix}: {name} is near the linear relaxation, as printed (taken as within 10 % on average)",
                    bound <= 1.1,
                    string.Create(CultureInfo.InvariantCulture, $"{bound:0.000}; to the best schedule found {found:0.000}"));
            }
        }
    }

    private readonly record struct Instance(double[] Latencies, HindsightAnswer Answer);
}

using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Where no order can matter, none may; and a policy that never ends is found out.</summary>
internal sealed class NegativeControls : IExperiment
{
    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private readonly IReadOnlyList<JobMix> _ties;
    private readonly JobMix _livelock;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _stuckPolicies;

    private NegativeControls(ScenarioFields fields, ExperimentInputs inputs)
    {
        _ties = [.. fields.Groups("ties").Select(mix => JobMix.Read(mix, inputs))];
        _policies = fields.Policies("policies");
        fields.RequirePredicted("policies", _policies, Exact);
        ScenarioFields livelock = fields.Group("livelock");
        _livelock = JobMix.Read(livelock, inputs);
        _stuckPolicies = livelock.Policies("policies");
        livelock.RequirePredicted("policies", _stuckPolicies, Exact);
    }

    public static ExperimentEntry Entry { get; } = new(
        "negative-controls",
        "where no order can matter, none may; and a policy that never ends is found out",
        "follows from the model of unit rounds; the livelock is that of alpha-greedy in arXiv:2502.07115",
        "nothing",
        (fields, inputs) => new NegativeControls(fields, inputs));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<JobMix> mixes = [.. _ties, _livelock];
        if (mixes.SelectMany(mix => mix.NotRun).FirstOrDefault() is { } reason)
        {
            return ExperimentFindings.NotRun(reason);
        }

        List<(JobMix Mix, PolicyChoice<IBatchingPolicy> Policy)> cases =
        [
            .. _ties.SelectMany(mix => _policies.Select(policy => (mix, policy))),
            .. _stuckPolicies.Select(policy => (_livelock, policy)),
        ];
        IReadOnlyList<RoundRun[]> seeds = conditions.ForEverySeed(
            cases.Count,
            cases.Sum(one => (long)one.Mix.Jobs),
            (number, random, progress) =>
            {
                (JobMix mix, PolicyChoice<IBatchingPolicy> policy) = cases[number];
                return RoundRun.Of(mix.Draw(random), mix.KvTokens, policy, Exact, random, progress);
            });
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        double[] Latencies(int number) => [.. seeds.Select(seed => seed[number].MeanLatency)];
        List<ReproducedRow> rows = [];
        for (int number = 0; number < cases.Count; number++)
        {
            (JobMix mix, PolicyChoice<IBatchingPolicy> policy) = cases[number];
            double[] latencies = Latencies(number);
            bool isTie = number < _ties.Count * _policies.Count;
            int first = isTie ? number - (number % _policies.Count) : number;
            ReproducedRow row = ReproducedRow.Against(
                cases[first].Policy.ToString(), Latencies(first), policy.ToString(), mix.Name, "mean latency, rounds", latencies);
            string mark = latencies.Any(double.IsNaN) ? "livelock"
                : latencies.AsSpan().SequenceEqual(Latencies(first)) ? ""
                : "does not tie";
            rows.Add(row with { Mark = mark, Ratio = isTie ? row.Ratio : null });
        }

        return new ExperimentFindings(seeds.Count, rows) { Claims = [.. Claims(rows)] };
    }

    private IEnumerable<ReproducedClaim> Claims(List<ReproducedRow> rows)
    {
        for (int mix = 0; mix < _ties.Count; mix++)
        {
            ReproducedRow[] marked = [.. rows.Skip(mix * _policies.Count).Take(_policies.Count).Where(row => row.Mark.Length > 0)];
            yield return new ReproducedClaim(
                $"{_ties[mix].Name}: all policies tie exactly, on every seed",
                marked.Length == 0,
                marked.Length == 0
                    ? $"{Units.Count(_policies.Count)} policies"
                    : $"not {string.Join(", ", marked.Select(row => row.Policy))}");
        }

        foreach (ReproducedRow row in rows.Skip(_ties.Count * _policies.Count))
        {
            yield return new ReproducedClaim(
                $"{row.Setting}: {row.Policy} never ends, and that is found out",
                row.Mark == "livelock",
                row.Mark.Length > 0 ? row.Mark : "it ended");
        }
    }
}

using System.Globalization;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>A backlog of many short requests and some long ones under orders that weigh memory (scheduling theory, section 5.2).</summary>
internal sealed class SortedF : IExperiment
{
    private const string Baseline = "shortest-first";
    private const string LookAlike = "look-alike";

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private readonly IReadOnlyList<JobMix> _mixes;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;

    private SortedF(ScenarioFields fields, ExperimentInputs inputs)
    {
        _mixes = [.. fields.Groups("mixes").Select(mix => JobMix.Read(mix, inputs))];
        _policies = fields.Policies("policies");
        fields.RequirePredicted("policies", _policies, Exact);
        if (!_policies.Any(policy => policy.ToString() == Baseline))
        {
            fields.Report("policies", $"must name {Baseline}, to which the others are compared");
        }
    }

    public static ExperimentEntry Entry { get; } = new(
        "sorted-f",
        "a backlog of short conversations and long documents under orders that weigh memory",
        "Wang, Ye, Zhou, arXiv:2508.06133; SVF: arXiv:2606.22327",
        "in words only: up to 30 % lower latency",
        (fields, inputs) => new SortedF(fields, inputs));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        JobMix[] mixes = [.. _mixes.Where(mix => !mix.Missing.Any())];
        List<string> notes = [.. _mixes.SelectMany(mix => mix.NotRun)];
        if (mixes.Length == 0)
        {
            return ExperimentFindings.NotRun(string.Join(" ", notes));
        }

        int baseline = Find(Baseline);
        IReadOnlyList<RoundRun[]> seeds = conditions.ForEverySeed(
            mixes.Length * _policies.Count,
            (long)mixes.Sum(mix => mix.Jobs) * _policies.Count,
            (number, random, progress) =>
            {
                (JobMix mix, PolicyChoice<IBatchingPolicy> policy) = (mixes[number / _policies.Count], _policies[number % _policies.Count]);
                return RoundRun.Of(mix.Draw(random), mix.KvTokens, policy, Exact, random, progress);
            });
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        double[] Latencies(int mix, int policy) => [.. seeds.Select(seed => seed[(mix * _policies.Count) + policy].MeanLatency)];
        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        for (int mix = 0; mix < mixes.Length; mix++)
        {
            double[] shortest = Latencies(mix, baseline);
            for (int policy = 0; policy < _policies.Count; policy++)
            {
                rows.Add(Row(mixes[mix].Name, _policies[policy].ToString(), Latencies(mix, policy), shortest));
            }

            notes.AddRange(mixes[mix].Notes);
            claims.AddRange(Claims(mixes[mix].Name, [.. rows.Skip(rows.Count - _policies.Count)]));
        }

        notes.Add("Against which baseline 30 % was printed is not known to us.");
        return new ExperimentFindings(seeds.Count, rows) { Claims = claims, Notes = notes };
    }

    private static ReproducedRow Row(string mix, string policy, double[] latencies, double[] shortest)
    {
        string earlier = mix != LookAlike ? "" : policy switch
        {
            "fcfs" => "11791 and 10149",
            Baseline => "2166 and 2125",
            "svf" => "1283 and 1254",
            "sorted-f:window=0" => "1313 and 1278",
            _ => "",
        };
        return ReproducedRow.Against(Baseline, shortest, policy, mix, "mean latency, rounds", latencies) with
        {
            Printed = policy == "sorted-f:window=0" ? "up to −30 %" : ReproducedRow.NothingPrinted,
            Remark = earlier.Length > 0 ? $"an earlier reconstruction with two seeds of its own: {earlier}"
                : policy == "sorted-f:window=1024" ? "a window puts 1,024 in order and leaves the rest of a backlog in order of arrival"
                : "",
            Mark = latencies.Any(double.IsNaN) ? "livelock" : "",
        };
    }

    private static IEnumerable<ReproducedClaim> Claims(string mix, IReadOnlyList<ReproducedRow> rows)
    {
        PairedRatio? RatioOf(string policy) => rows.FirstOrDefault(row => row.Policy == policy)?.Ratio;
        if (RatioOf("sorted-f:window=0") is { } sorted)
        {
            yield return new ReproducedClaim(
                $"{mix}: sorted-f has lower mean latency than shortest-first on every seed",
                sorted.Greatest < 1,
                Found("greatest ratio", sorted.Greatest));
            yield return new ReproducedClaim(
                $"{mix}: the gain of sorted-f reaches 30 %, as printed (taken on average, over shortest-first)",
                sorted.Mean.Mean <= 0.7,
                Found("mean ratio", sorted.Mean.Mean));
            if (RatioOf("svf") is { } volume)
            {
                yield return new ReproducedClaim(
                    $"{mix}: svf, which is simpler, is not worse than sorted-f on average",
                    volume.Mean.Mean <= sorted.Mean.Mean,
                    Found("mean ratios", volume.Mean.Mean) + Found(" and", sorted.Mean.Mean));
            }
        }
    }

    private static string Found(string what, double ratio) => string.Create(CultureInfo.InvariantCulture, $"{what} {ratio:0.000}");

    private int Find(string policy)
    {
        for (int i = 0; i < _policies.Count; i++)
        {
            if (_policies[i].ToString() == policy)
            {
                return i;
            }
        }

        return -1;
    }
}

using System.Globalization;
using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>A_max and A_min on interval predictions against shortest first with true lengths (scheduling theory, section 4.4).</summary>
internal sealed class Intervals : IExperiment
{
    private const string Hindsight = "shortest-first";
    private const string AMin = "a-min";
    private const string AMax = "a-max";
    private const string Leaning = "a-min:lean=0.5";
    private const string Static = "a-min:dynamic=false";
    private const double Within = 1.1;

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private readonly IReadOnlyList<JobMix> _mixes;
    private readonly IReadOnlyList<decimal> _widths;
    private readonly IReadOnlyList<PredictionSpec> _predictions;
    private readonly IReadOnlyList<PolicyChoice<IBatchingPolicy>> _policies;

    private Intervals(ScenarioFields fields, ExperimentInputs inputs)
    {
        _mixes = [.. fields.Groups("mixes").Select(mix => JobMix.Read(mix, inputs))];
        _widths = fields.Numbers("interval_widths", 0, 0.99m);
        _predictions = [.. fields.Predictions("predictions"), .. _widths.Select(Width)];
        _policies = fields.Policies("policies");
        foreach (PredictionSpec prediction in _predictions)
        {
            fields.RequirePredicted("policies", _policies, prediction);
        }
    }

    public static ExperimentEntry Entry { get; } = new(
        "intervals",
        "A_max and A_min on interval predictions, against shortest first with true lengths (H-SF)",
        "Chen, Ye, Zhou, arXiv:2508.14544",
        "in words only: A_min about as good as H-SF; A_max close for narrow intervals, up to 5 times worse or +80 % latency for wide ones",
        (fields, inputs) => new Intervals(fields, inputs));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        JobMix[] mixes = [.. _mixes.Where(mix => !mix.Missing.Any())];
        List<string> notes = [.. _mixes.SelectMany(mix => mix.NotRun)];
        if (mixes.Length == 0)
        {
            return ExperimentFindings.NotRun(string.Join(" ", notes));
        }

        List<Case> cases = [.. mixes.SelectMany(CasesOf)];
        IReadOnlyList<RoundRun[]> seeds = conditions.ForEverySeed(
            cases.Count, cases.Sum(one => (long)one.Mix.Jobs), (number, random, progress) => cases[number].Run(random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        int each = cases.Count / mixes.Length;
        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        for (int mix = 0; mix < mixes.Length; mix++)
        {
            double[][] latencies =
                [.. Enumerable.Range(mix * each, each).Select(number => seeds.Select(seed => seed[number].MeanLatency).ToArray())];
            rows.AddRange(latencies.Select((own, number) => Row(cases[(mix * each) + number], own, latencies[0])));
            claims.AddRange(Claims(mixes[mix].Name, new Table(cases.GetRange(mix * each, each), latencies)));
            notes.AddRange(mixes[mix].Notes);
        }

        notes.Add("Ratios below one are possible: shortest first is not optimal.");
        return new ExperimentFindings(seeds.Count, rows) { Claims = claims, Notes = notes };
    }

    // The baseline first, then who looks at no interval, then all pairs.
    private IEnumerable<Case> CasesOf(JobMix mix) =>
    [
        .. new[] { Hindsight, "fcfs" }.Select(name => new Case(mix, PolicyCatalog.Batching.Parse(name, out _)!, Exact)),
        .. _predictions.SelectMany(prediction => _policies.Select(policy => new Case(mix, policy, prediction))),
    ];

    private static PredictionSpec Width(decimal width) =>
        PredictionSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"interval:{width}"), out _)!;

    private static ReproducedRow Row(Case one, double[] latencies, double[] baseline)
    {
        (string policy, string setting) = (one.Policy.ToString(), one.Prediction.ToString());
        (string printed, string remark) = (policy, setting) switch
        {
            (AMin, "fixed:1:1000") => (
                "about H-SF", "no number is printed for this setting that we know; with nothing known A_min computes much in vain"),
            (AMin, _) => ("about H-SF", ""),
            (AMax, "fixed:1:1000") => ("up to 5 times", "memory is reserved for 1,000 output tokens each, whatever they need"),
            (AMax, "interval:0.95" or "interval:0.99") => ("up to +80 %", ""),
            _ => (ReproducedRow.NothingPrinted, ""),
        };
        ReproducedRow row = ReproducedRow.Against(Hindsight, baseline, policy, setting, "mean latency, rounds", latencies);
        return row with
        {
            Setting = $"{setting}, {one.Mix.Name}",
            Printed = printed,
            Remark = remark,
            Mark = latencies.Any(double.IsNaN) ? "livelock" : "",
        };
    }

    private static ReproducedClaim Claim(string statement, (double Ratio, string Setting) worst, double most) => new(
        statement, worst.Ratio <= most, string.Create(CultureInfo.InvariantCulture, $"worst {worst.Ratio:0.000}, {worst.Setting}"));

    private IEnumerable<ReproducedClaim> Claims(string mix, Table table)
    {
        string[] all = [.. _predictions.Select(prediction => prediction.ToString())];
        string[] known = [.. _widths.Where(width => width <= 0.9m).Select(width => Width(width).ToString())];
        string[] wide = [.. _widths.Where(width => width >= 0.5m).Select(width => Width(width).ToString())];
        if (table.Worst(AMin, null, known, seed => seed.Average()) is { } mean)
        {
            yield return Claim($"{mix}: a-min is within 10 % of H-SF on average for intervals up to ±90 %", mean, Within);
        }

        if (table.Worst(AMin, null, all, seed => seed.Average()) is { } everywhere)
        {
            yield return Claim(
                $"{mix}: a-min is about as good as H-SF whatever the interval, as printed (taken as within 10 % on average)",
                everywhere,
                Within);
        }

        if (table.Worst(AMin, AMax, wide, seed => seed.Max()) is { } above)
        {
            yield return Claim($"{mix}: a-min is never above a-max, on any seed, for intervals of ±50 % or more", above, 1);
        }

        if (table.Worst(Static, AMax, wide, seed => seed.Average()) is { } still)
        {
            yield return Claim($"{mix}: nor is a-min with bounds that grow at cancellations only (dynamic=false), on average", still, 1);
        }

        if (table.Worst(Leaning, null, known, seed => seed.Max()) is { } leaning)
        {
            yield return Claim($"{mix}: a-min:lean=0.5 is within 10 % of H-SF on every seed for intervals up to ±90 %", leaning, Within);
        }
    }

    private sealed record Case(JobMix Mix, PolicyChoice<IBatchingPolicy> Policy, PredictionSpec Prediction)
    {
        public RoundRun? Run(RandomTree random, RunProgress progress) =>
            RoundRun.Of(Mix.Draw(random), Mix.KvTokens, Policy, Prediction, random, progress);
    }

    private sealed record Table(List<Case> Cases, double[][] Latencies)
    {
        // The setting with the greatest ratio of one policy to another, or to the hindsight baseline; none if either was not run there.
        public (double Ratio, string Setting)? Worst(
            string policy, string? baseline, IReadOnlyList<string> settings, Func<IEnumerable<double>, double> over)
        {
            (double Ratio, string Setting)? worst = null;
            foreach (string setting in settings)
            {
                int top = Find(policy, setting);
                int bottom = baseline is null ? 0 : Find(baseline, setting);
                if (top < 0 || bottom < 0 || Latencies[top].Length == 0)
                {
                    return null;
                }

                double ratio = over(Latencies[top].Zip(Latencies[bottom], (own, other) => own / other));
                worst = worst is null || !(ratio <= worst.Value.Ratio) ? (ratio, setting) : worst;
            }

            return worst;
        }

        private int Find(string policy, string setting) =>
            Cases.FindIndex(one => one.Policy.ToString() == policy && one.Prediction.ToString() == setting);
    }
}

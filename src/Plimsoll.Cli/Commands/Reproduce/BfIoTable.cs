using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Balancing policies under a barrier on look-alikes of the published data (scheduling theory, section 3.5).</summary>
internal sealed class BfIoTable : IExperiment
{
    private const string Baseline = "fcfs-fill";
    private const string Own = "even-keel";
    private const double Points = 0.03;
    private const double Apart = 0.01;

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private static readonly Measure[] Measures =
    [
        new("imbalance, tokens", run => run.Imbalance, printed => printed.Imbalance, Always: true),
        new("output tokens/s", run => run.TokensPerSecond, printed => printed.TokensPerSecond, Always: true),
        new("kJ", run => run.Kilojoules, printed => printed.Kilojoules, Always: true),
        new("output tokens/s, whole run", run => run.Whole.OutputTokensPerSecond, _ => double.NaN, Always: true),
        new("s per output token", run => run.SecondsPerOutputToken, printed => printed.SecondsPerOutputToken, Always: false),
        new("idle fraction", run => run.Totals.IdleFraction, printed => printed.Idle, Always: false),
    ];

    private readonly IReadOnlyList<PolicyChoice<IBalancingPolicy>> _policies;
    private readonly IReadOnlyList<Setting> _settings;

    private BfIoTable(ScenarioFields fields)
    {
        _policies = fields.BalancingPolicies("policies");
        if (_policies.Count > 0 && IndexOf(Baseline) < 0)
        {
            fields.Report("policies", $"{Baseline} must be among them: the others are compared with it");
        }

        _settings = [.. fields.Groups("settings").Select(Read)];
    }

    public static ExperimentEntry Entry { get; } = new(
        "bf-io",
        "balancing policies under a barrier, on look-alikes of the published data",
        "Chen, Bu et al., arXiv:2601.17855; numbers of an independent re-implementation on the data themselves",
        "BF-IO over FCFS: throughput +14 %, energy −3.3 % (burst, 16 workers); energy −28.2 % (LongBench, taken as 256 workers)",
        (fields, _) => new BfIoTable(fields));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<BarrierRun[]> seeds = conditions.ForEverySeed(
            _settings.Count * _policies.Count,
            _settings.Sum(setting => (long)setting.Group.Requests) * _policies.Count,
            (number, random, progress) =>
                _settings[number / _policies.Count].Group.Run(_policies[number % _policies.Count], Exact, random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        for (int number = 0; number < _settings.Count; number++)
        {
            int first = number * _policies.Count;
            BarrierRun[][] runs = [.. seeds.Select(seed => seed[first..(first + _policies.Count)])];
            rows.AddRange(Measures.SelectMany(measure => Rows(_settings[number], measure, runs)));
            claims.AddRange(Claims(_settings[number], runs));
        }

        return new ExperimentFindings(seeds.Count, rows)
        {
            Claims = claims,
            Notes =
            [
                "Printed numbers are of an independent re-implementation on the data themselves, one run each; ours are of look-alikes rebuilt "
                    + "from printed percentiles, so that what can be compared is how policies relate, not digits.",
                "burst-apart differs from burst in the one in a thousand longest prompts only, whose outputs are like any other's. Printed "
                    + "statistics do not tell the two apart (Pearson 0.37; here 0.40 and 0.33), but these few requests make a third of the "
                    + "imbalance of filling in order.",
                "Until the last assignment, as printed, whoever leaves long requests to the end gains: what they cost then is not counted. Rows "
                    + "over the whole run count it, and there the longest request of all decides much.",
                "The policy is asked once before each step and sees four requests a worker at most.",
            ],
        };
    }

    private static Setting Read(ScenarioFields fields) => new(
        BarrierSetting.Read(fields),
        fields.Has("headline") ? fields.Text("headline") : "",
        fields.Has("printed") ? [.. fields.Groups("printed").Select(PrintedBalance.Read)] : []);

    private static double Mean(BarrierRun[][] runs, int policy, Func<BarrierRun, double> value) =>
        runs.Average(run => value(run[policy]));

    private static string Percent(double share) => Units.SignedPercent(share);

    private int IndexOf(string policy) => _policies.ToList().FindIndex(choice => choice.ToString() == policy);

    private IEnumerable<ReproducedRow> Rows(Setting setting, Measure measure, BarrierRun[][] runs)
    {
        double[] baseline = [.. runs.Select(run => measure.Of(run[IndexOf(Baseline)]))];
        for (int policy = 0; policy < _policies.Count; policy++)
        {
            string name = _policies[policy].ToString();
            double printed = setting.PrintedOf(name) is { } known ? measure.Printed(known) : double.NaN;
            if (!measure.Always && double.IsNaN(printed))
            {
                continue;
            }

            double[] values = [.. runs.Select(run => measure.Of(run[policy]))];
            yield return ReproducedRow.Against(Baseline, baseline, name, setting.Group.Name, measure.Name, values) with
            {
                Printed = double.IsNaN(printed) ? ReproducedRow.NothingPrinted : printed.ToString("#,0.#####", CultureInfo.InvariantCulture),
            };
        }
    }

    private IEnumerable<ReproducedClaim> Claims(Setting setting, BarrierRun[][] runs)
    {
        string name = setting.Group.Name;
        int headline = IndexOf(setting.Headline);
        if (headline >= 0 && setting.PrintedOf(setting.Headline) is { } printed && setting.PrintedOf(Baseline) is { } printedBaseline)
        {
            int baseline = IndexOf(Baseline);
            yield return Near(
                $"{name}: {setting.Headline} gains as much throughput over {Baseline} as printed, within 3 points",
                [.. runs.Select(run => (run[headline].TokensPerSecond / run[baseline].TokensPerSecond) - 1)],
                (printed.TokensPerSecond / printedBaseline.TokensPerSecond) - 1);
            yield return Near(
                $"{name}: it saves as much energy as printed, within 3 points",
                [.. runs.Select(run => 1 - (run[headline].Kilojoules / run[baseline].Kilojoules))],
                1 - (printed.Kilojoules / printedBaseline.Kilojoules));
            double margin = runs.Min(run =>
                1 - (run[headline].Kilojoules / run[baseline].Kilojoules) - run[headline].LeastSaving(run[baseline]));
            yield return new ReproducedClaim(
                $"{name}: on every seed it saves at least the bound from the two imbalances",
                margin >= 0,
                $"least margin {Percent(margin)} of the baseline's energy");
        }

        if (setting.Printed.Count(one => IndexOf(one.Policy) >= 0 && double.IsFinite(one.TokensPerSecond)) > 1)
        {
            yield return Order(setting, runs);
        }

        int own = IndexOf(Own);
        if (own >= 0 && _policies.Count > 1)
        {
            int[] others = [.. Enumerable.Range(0, _policies.Count).Where(policy => policy != own)];
            int even = others.MinBy(policy => Mean(runs, policy, run => run.Imbalance));
            yield return AtLeastAsGood(
                $"{name}: {Own} has the least imbalance",
                Mean(runs, own, run => run.Imbalance) <= Mean(runs, even, run => run.Imbalance),
                Mean(runs, own, run => run.Imbalance) / Mean(runs, even, run => run.Imbalance),
                even);
            int fast = others.MaxBy(policy => Mean(runs, policy, run => run.TokensPerSecond));
            yield return AtLeastAsGood(
                $"{name}: {Own} has the greatest throughput",
                Mean(runs, own, run => run.TokensPerSecond) >= Mean(runs, fast, run => run.TokensPerSecond),
                Mean(runs, own, run => run.TokensPerSecond) / Mean(runs, fast, run => run.TokensPerSecond),
                fast);
            int last = others.MaxBy(policy => Mean(runs, policy, run => run.Whole.OutputTokensPerSecond));
            double whole = Mean(runs, own, run => run.Whole.OutputTokensPerSecond) / Mean(runs, last, run => run.Whole.OutputTokensPerSecond);
            yield return AtLeastAsGood($"{name}: {Own} has the greatest throughput over the whole run", whole >= 1, whole, last);
        }
    }

    private static ReproducedClaim Near(string statement, double[] ours, double printed)
    {
        MeanEstimate mean = MeanEstimate.Of(ours);
        string around = double.IsFinite(mean.HalfWidth) ? $" ± {Units.Percent(mean.HalfWidth)}" : "";
        return new(statement, Math.Abs(mean.Mean - printed) <= Points, $"{Percent(mean.Mean)}{around} against {Percent(printed)}");
    }

    private ReproducedClaim AtLeastAsGood(string statement, bool holds, double ratio, int other) =>
        new(statement, holds, $"{Percent(ratio - 1)} from {_policies[other]}, the best of the others");

    // Every pair of policies whose printed throughputs differ enough to mean something.
    private ReproducedClaim Order(Setting setting, BarrierRun[][] runs)
    {
        PrintedBalance[] known = [.. setting.Printed.Where(one => IndexOf(one.Policy) >= 0 && double.IsFinite(one.TokensPerSecond))];
        List<string> wrong = [];
        int pairs = 0;
        foreach (PrintedBalance slow in known)
        {
            foreach (PrintedBalance fast in known.Where(fast => fast.TokensPerSecond > slow.TokensPerSecond * (1 + Apart)))
            {
                pairs++;
                bool isFaster = Mean(runs, IndexOf(fast.Policy), run => run.TokensPerSecond)
                    > Mean(runs, IndexOf(slow.Policy), run => run.TokensPerSecond);
                if (!isFaster)
                {
                    wrong.Add($"{fast.Policy} is not above {slow.Policy}");
                }
            }
        }

        return new ReproducedClaim(
            $"{setting.Group.Name}: policies whose printed throughputs differ by more than 1 % are in the printed order",
            wrong.Count == 0,
            wrong.Count == 0 ? $"all {pairs} pairs" : $"of {pairs} pairs: {string.Join(", ", wrong)}");
    }

    private sealed record Measure(string Name, Func<BarrierRun, double> Of, Func<PrintedBalance, double> Printed, bool Always);

    private sealed record Setting(BarrierSetting Group, string Headline, IReadOnlyList<PrintedBalance> Printed)
    {
        public PrintedBalance? PrintedOf(string policy) => Printed.FirstOrDefault(one => one.Policy == policy);
    }
}

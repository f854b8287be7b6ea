using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Metrics.Reports.Svg;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Afd;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>
/// How the improvement over filling in order grows with slots and workers, the imbalance of filling in order in closed form, and the bound
/// on energy (scheduling theory, section 3.4), with lengths whose law is known.
/// </summary>
internal sealed class BfIoScaling : IExperiment
{
    private const string Baseline = "fcfs-fill";
    private const string Proven = "bf-io:horizon=0";
    private const string Theory = "theory";
    private const double Within = 0.05;

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private readonly LengthDistribution _prompt;
    private readonly LengthDistribution _output;
    private readonly IReadOnlyList<PolicyChoice<IBalancingPolicy>> _policies;
    private readonly List<Sweep> _sweeps = [];

    private BfIoScaling(ScenarioFields fields)
    {
        (_prompt, _output) = (fields.Lengths("prompt_tokens"), fields.Lengths("output_tokens"));
        int rounds = fields.Whole("rounds", 1, 100_000);
        _policies = fields.BalancingPolicies("policies");
        if (_policies.Count > 0 && _policies[0].ToString() != Baseline)
        {
            fields.Report("policies", $"the first must be {Baseline}: the others are compared with it");
        }

        ScenarioFields slots = fields.Group("slots_sweep");
        int workers = slots.Whole("workers", 2, 10_000);
        _sweeps.Add(new("slots", [.. slots.Numbers("slots", 1, 10_000).Select(each => Setting(workers, (int)each, rounds))], s => s.Slots));
        ScenarioFields more = fields.Group("workers_sweep");
        int each = more.Whole("slots", 1, 10_000);
        _sweeps.Add(new("workers", [.. more.Numbers("workers", 2, 10_000).Select(g => Setting((int)g, each, rounds))], s => s.Workers));
    }

    public static ExperimentEntry Entry { get; } = new(
        "bf-io-scaling",
        "how the gain over filling in order grows with slots and workers, and the bound on energy",
        "Chen, Bu et al., arXiv:2601.17855",
        "imbalance over that of BF-IO without prediction grows as √(B log G); over 52 % of energy can be saved at scale",
        (fields, _) => new BfIoScaling(fields));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        BarrierSetting[] settings = [.. _sweeps.SelectMany(sweep => sweep.Settings)];
        IReadOnlyList<BarrierRun[]> seeds = conditions.ForEverySeed(
            settings.Length * _policies.Count,
            settings.Sum(setting => (long)setting.Requests) * _policies.Count,
            (number, random, progress) =>
                settings[number / _policies.Count].Run(_policies[number % _policies.Count], Exact, random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        double deviation = AfdWorkload.OfLengths(_prompt, _output).Law.Deviation;
        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        List<LinePlot> figures = [];
        int first = 0;
        foreach (Sweep sweep in _sweeps)
        {
            int length = sweep.Settings.Count * _policies.Count;
            var found = new Found(sweep, [.. seeds.Select(seed => seed[first..(first + length)])], _policies.Count);
            rows.AddRange(Rows(found, deviation));
            claims.AddRange(Claims(found, deviation));
            figures.Add(Figure(found));
            first += length;
        }

        claims.AddRange(EnergyClaims(settings, seeds));
        return new ExperimentFindings(seeds.Count, rows)
        {
            Claims = claims,
            Figures = figures,
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Theory of filling in order: G·√B·ν·κ, ν = {deviation:0.0} tokens the deviation of one slot's load and κ the expected")
                    + " maximum of G standard normals.",
                "The bound on the saving takes all of a step's time to go with the greatest load; here part of it is constant.",
            ],
        };
    }

    private static double Root(BarrierSetting setting) => Math.Sqrt(setting.Slots) * NormalMaximum.Mean(setting.Workers);

    private static double Of(BarrierSetting setting, double deviation) => setting.Workers * Root(setting) * deviation;

    // Least squares in logarithms.
    private static double Exponent(IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] logs = [.. points.Select(point => (Math.Log(point.X), Math.Log(point.Y)))];
        (double x, double y) = (logs.Average(point => point.X), logs.Average(point => point.Y));
        return logs.Sum(point => (point.X - x) * (point.Y - y)) / logs.Sum(point => (point.X - x) * (point.X - x));
    }

    private BarrierSetting Setting(int workers, int slots, int rounds) => new(
        string.Create(CultureInfo.InvariantCulture, $"{workers} workers of {slots} slots"),
        new IndependentLengths(_prompt, _output),
        workers,
        slots,
        checked(rounds * workers * slots));

    private IEnumerable<ReproducedRow> Rows(Found found, double deviation)
    {
        foreach ((BarrierSetting setting, int number) in found.Sweep.Settings.Select((setting, number) => (setting, number)))
        {
            double[] baseline = found.Values(number, 0, run => run.Imbalance);
            double[] theory = [.. baseline.Select(_ => Of(setting, deviation))];
            yield return ReproducedRow.Against(Theory, theory, Baseline, setting.Name, "imbalance, tokens", baseline);
            for (int policy = 1; policy < _policies.Count; policy++)
            {
                yield return new ReproducedRow(
                    _policies[policy].ToString(), setting.Name, $"imbalance of {Baseline} over its own", found.Gain(number, policy));
            }
        }
    }

    private IEnumerable<ReproducedClaim> Claims(Found found, double deviation)
    {
        double worst = found.Sweep.Settings.Select((setting, number) =>
            (found.Values(number, 0, run => run.Imbalance).Average() / Of(setting, deviation)) - 1).MaxBy(Math.Abs);
        yield return new ReproducedClaim(
            $"over {found.Sweep.Name}: the imbalance of {Baseline} is G·√B·ν·κ within 5 %",
            Math.Abs(worst) <= Within,
            $"farthest {Units.SignedPercent(worst)}");
        for (int policy = 1; policy < _policies.Count; policy++)
        {
            double[] gains = [.. found.Sweep.Settings.Select((_, number) => found.Gain(number, policy).Mean)];
            double[] roots = [.. found.Sweep.Settings.Select(Root)];
            double slope = Exponent(roots.Zip(gains));
            string grown = string.Create(CultureInfo.InvariantCulture, $"{gains[0]:0.0} to {gains[^1]:0.0} times, as (√B·κ)^{slope:0.00}");
            yield return new ReproducedClaim(
                $"over {found.Sweep.Name}: the gain of {_policies[policy]} grows from the least to the most",
                gains[^1] > gains[0],
                grown);
            if (_policies[policy].ToString() == Proven)
            {
                yield return new ReproducedClaim(
                    $"over {found.Sweep.Name}: printed: the gain of {Proven} grows at least as √B·κ, from the least to the most",
                    gains[^1] / gains[0] >= roots[^1] / roots[0],
                    grown);
            }
        }
    }

    private IEnumerable<ReproducedClaim> EnergyClaims(BarrierSetting[] settings, IReadOnlyList<BarrierRun[]> seeds)
    {
        BarrierRun[] all = [.. seeds.SelectMany(seed => seed)];
        int outside = all.Count(run => !(run.LeastKilojoules <= run.Kilojoules && run.Kilojoules <= run.MostKilojoules));
        yield return new ReproducedClaim(
            "on every run energy lies between the bounds that idle fractions give",
            outside == 0,
            $"{Units.Count(all.Length - outside)} of {Units.Count(all.Length)} runs");
        int below = 0;
        int pairs = 0;
        double least = double.PositiveInfinity;
        foreach (BarrierRun[] seed in seeds)
        {
            for (int setting = 0; setting < settings.Length; setting++)
            {
                BarrierRun baseline = seed[setting * _policies.Count];
                for (int policy = 1; policy < _policies.Count; policy++)
                {
                    BarrierRun run = seed[(setting * _policies.Count) + policy];
                    double margin = 1 - (run.Kilojoules / baseline.Kilojoules) - run.LeastSaving(baseline);
                    least = Math.Min(least, margin);
                    below += margin < 0 ? 1 : 0;
                    pairs++;
                }
            }
        }

        yield return new ReproducedClaim(
            "the saving is at least the bound from the two imbalances",
            below == 0,
            $"{Units.Count(pairs - below)} of {Units.Count(pairs)} pairs; least margin {Units.SignedPercent(least)} of the baseline's energy");
    }

    private LinePlot Figure(Found found)
    {
        (double X, double[] Gains)[] points = [.. found.Sweep.Settings.Select((setting, number) => (
            (double)found.Sweep.X(setting),
            Enumerable.Range(1, _policies.Count - 1).Select(policy => found.Gain(number, policy).Mean).ToArray()))];
        double scale = points[0].Gains[0] / Root(found.Sweep.Settings[0]);
        PlotSeries theory = new(
            "√B·κ", [.. found.Sweep.Settings.Select(setting => new PlotPoint(found.Sweep.X(setting), scale * Root(setting)))]);
        return new LinePlot(
            $"Gain over {found.Sweep.Name}",
            $"Imbalance of {Baseline} over that of each policy, against {found.Sweep.Name}; both axes logarithmic.",
            new PlotAxis(found.Sweep.Name, Logarithmic: true),
            new PlotAxis($"imbalance of {Baseline} over the policy's", Logarithmic: true),
            [
                .. _policies.Skip(1).Select((policy, i) =>
                    new PlotSeries(policy.ToString(), [.. points.Select(point => new PlotPoint(point.X, point.Gains[i]))])),
                theory,
            ]);
    }

    private sealed record Sweep(string Name, IReadOnlyList<BarrierSetting> Settings, Func<BarrierSetting, int> X);

    private sealed record Found(Sweep Sweep, BarrierRun[][] Seeds, int Policies)
    {
        public double[] Values(int setting, int policy, Func<BarrierRun, double> value) =>
            [.. Seeds.Select(seed => value(seed[(setting * Policies) + policy]))];

        public MeanEstimate Gain(int setting, int policy) => MeanEstimate.Of(
            [.. Values(setting, 0, run => run.Imbalance).Zip(Values(setting, policy, run => run.Imbalance), (all, own) => all / own)]);
    }
}

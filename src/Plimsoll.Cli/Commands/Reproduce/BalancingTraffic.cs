using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Where balancing matters for recorded traffic: barrier groups of engines that also compute prompts.</summary>
internal sealed class BalancingTraffic : IExperiment
{
    private const double Matters = 0.02;

    private static readonly (string Name, Func<TrafficRun, double> Of)[] Measures =
    [
        ("output tokens/s", run => run.Filled.OutputTokensPerSecond),
        ("TPOT, s", run => run.TpotSeconds),
        ("E2E, s", run => run.E2eSeconds),
        ("imbalance, tokens", run => run.Filled.MeanImbalanceTokens),
        ("waiting at the barrier", run => run.Filled.WaitingFraction),
        ("J per output token", run => run.Whole.JoulesPerOutputToken),
    ];

    private readonly IReadOnlyList<PolicyChoice<IBalancingPolicy>> _policies;
    private readonly IReadOnlyList<TrafficSetting> _settings;

    private BalancingTraffic(ScenarioFields fields, ExperimentInputs inputs)
    {
        _policies = fields.BalancingPolicies("policies");
        _settings = [.. fields.Groups("settings").Select(setting => TrafficSetting.Read(setting, inputs))];
    }

    public static ExperimentEntry Entry { get; } = new(
        "balancing-traffic",
        "balancing barrier groups of engines on recorded traffic",
        "our own",
        "nothing for this setting",
        (fields, inputs) => new BalancingTraffic(fields, inputs));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        TrafficSetting[] settings = [.. _settings.Where(setting => setting.Recorded.Requests.Count > 0)];
        List<string> notes =
        [
            .. _settings.Except(settings).Select(setting =>
                $"{setting.Name} was not run: the data folder (--data) does not hold {setting.Recorded.Name}."),
        ];
        if (settings.Length == 0)
        {
            return ExperimentFindings.NotRun(string.Join(" ", notes));
        }

        IReadOnlyList<TrafficRun[]> seeds = conditions.ForEverySeed(
            settings.Length * _policies.Count,
            settings.Sum(setting => (long)setting.Requests) * _policies.Count,
            (number, random, progress) => settings[number / _policies.Count].Run(_policies[number % _policies.Count], random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        for (int setting = 0; setting < settings.Length; setting++)
        {
            int first = setting * _policies.Count;
            TrafficRun[][] runs = [.. seeds.Select(seed => seed[first..(first + _policies.Count)])];
            rows.AddRange(Measures.SelectMany(measure => Rows(settings[setting].Name, measure, runs)));
            claims.Add(Claim(settings[setting].Name, runs));
        }

        notes.Add("Each seed takes another stretch of the trace, and every policy the same. Output lengths are known exactly to those who ask.");
        notes.Add("Each worker is a replica of the whole model on its GPUs, with a roofline for its steps; experts shared by all workers"
            + " would make steps longer for all alike.");
        return new ExperimentFindings(seeds.Count, rows) { Claims = claims, Notes = notes };
    }

    private IEnumerable<ReproducedRow> Rows(string setting, (string Name, Func<TrafficRun, double> Of) measure, TrafficRun[][] runs)
    {
        string baselineName = _policies[0].ToString();
        double[] baseline = [.. runs.Select(run => measure.Of(run[0]))];
        return _policies.Select((policy, number) => ReproducedRow.Against(
            baselineName, baseline, policy.ToString(), setting, measure.Name, [.. runs.Select(run => measure.Of(run[number]))]));
    }

    // What looking at lengths adds to counting requests.
    private ReproducedClaim Claim(string setting, TrafficRun[][] runs)
    {
        (PolicyChoice<IBalancingPolicy> Policy, double Seconds)[] found =
            [.. _policies.Select((policy, number) => (policy, runs.Average(run => run[number].E2eSeconds)))];
        var counting = found.Where(one => !LooksAtTokens(one.Policy)).OrderBy(one => one.Seconds).FirstOrDefault();
        var looking = found.Where(one => LooksAtTokens(one.Policy)).OrderBy(one => one.Seconds).FirstOrDefault();
        double gain = 1 - (looking.Seconds / counting.Seconds);
        return new ReproducedClaim(
            $"{setting}: looking at tokens takes at least 2 % off the mean latency of the best that counts requests",
            gain >= Matters,
            counting.Policy is null || looking.Policy is null
                ? "there is nothing to compare"
                : $"{looking.Policy} is {Units.SignedPercent(-gain)} from {counting.Policy}");
    }

    private static bool LooksAtTokens(PolicyChoice<IBalancingPolicy> policy) => policy.Entry.Signals.HasFlag(Signals.Tokens);
}

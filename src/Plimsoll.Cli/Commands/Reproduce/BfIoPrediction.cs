using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What balancing is worth when output lengths are predicted badly, or not at all.</summary>
internal sealed class BfIoPrediction : IExperiment
{
    private const string Baseline = "bf-io:horizon=0";

    private readonly BarrierSetting _setting;
    private readonly IReadOnlyList<PolicyChoice<IBalancingPolicy>> _policies;
    private readonly IReadOnlyList<PredictionSpec> _predictions;
    private readonly List<Case> _cases = [];

    private BfIoPrediction(ScenarioFields fields)
    {
        _setting = BarrierSetting.Read(fields.Group("setting"));
        IReadOnlyList<PolicyChoice<IBalancingPolicy>> without = fields.BalancingPolicies("policies_without_predictions");
        _policies = fields.BalancingPolicies("policies");
        _predictions = fields.Predictions("predictions");
        if (without.Count > 0 && without[0].ToString() != Baseline)
        {
            fields.Report("policies_without_predictions", $"the first must be {Baseline}: the others are compared with it");
        }

        _cases.AddRange(without.Select(policy => new Case(policy, PredictionSpec.None)));
        _cases.AddRange(_predictions.SelectMany(prediction => _policies.Select(policy => new Case(policy, prediction))));
    }

    public static ExperimentEntry Entry { get; } = new(
        "bf-io-prediction",
        "balancing under a barrier with predictions from exact to none",
        "our own; the setting is that of Chen, Bu et al., arXiv:2601.17855",
        "nothing",
        (fields, _) => new BfIoPrediction(fields));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<BarrierRun[]> seeds = conditions.ForEverySeed(
            _cases.Count,
            (long)_cases.Count * _setting.Requests,
            (number, random, progress) => _setting.Run(_cases[number].Policy, _cases[number].Prediction, random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        return new ExperimentFindings(seeds.Count, [.. Rows(seeds, run => run.Imbalance, "imbalance, tokens"),
            .. Rows(seeds, run => run.TokensPerSecond, "output tokens/s")])
        {
            Claims = [.. _policies.SelectMany(policy => Claims(policy, seeds))],
            Notes =
            [
                "noisy:S multiplies true lengths by exp(S·Z), noisy:uniform:E by an even number from 1 − E to 1 + E; intervals give their "
                    + "midpoint, which is the true length again; none: nothing is believed, and a request is taken to stay.",
                "What looks only at present loads needs no prediction: a policy whose ratio is above one is better off without its own.",
            ],
        };
    }

    private IEnumerable<ReproducedRow> Rows(IReadOnlyList<BarrierRun[]> seeds, Func<BarrierRun, double> value, string measure)
    {
        double[] baseline = [.. seeds.Select(seed => value(seed[0]))];
        return _cases.Select((one, number) => ReproducedRow.Against(
            Baseline,
            baseline,
            one.Policy.ToString(),
            one.Prediction == PredictionSpec.None ? "without predictions" : one.Prediction.ToString(),
            measure,
            [.. seeds.Select(seed => value(seed[number]))]));
    }

    private IEnumerable<ReproducedClaim> Claims(PolicyChoice<IBalancingPolicy> policy, IReadOnlyList<BarrierRun[]> seeds)
    {
        (PredictionSpec Prediction, double Ratio)[] ratios = [.. _predictions.Select(prediction => (prediction, RatioOf(policy, prediction, seeds)))];
        (PredictionSpec Prediction, double Ratio)[] worse = [.. ratios.Where(one => one.Ratio > 1)];
        yield return new ReproducedClaim(
            $"{policy} has less imbalance than {Baseline} whatever is predicted",
            worse.Length == 0,
            worse.Length == 0
                ? $"most {Units.SignedPercent(ratios.Max(one => one.Ratio) - 1)}"
                : "more with " + string.Join(", ", worse.Select(one => $"{one.Prediction} ({Units.SignedPercent(one.Ratio - 1)})")));
    }

    private double RatioOf(PolicyChoice<IBalancingPolicy> policy, PredictionSpec prediction, IReadOnlyList<BarrierRun[]> seeds)
    {
        int number = _cases.FindLastIndex(one => one.Policy == policy && one.Prediction == prediction);
        return seeds.Average(seed => seed[number].Imbalance) / seeds.Average(seed => seed[0].Imbalance);
    }

    private sealed record Case(PolicyChoice<IBalancingPolicy> Policy, PredictionSpec Prediction);
}

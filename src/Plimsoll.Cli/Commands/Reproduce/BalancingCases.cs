using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Small cases in which each balancing policy wins, and others in which it loses.</summary>
internal sealed class BalancingCases : IExperiment
{
    private readonly IReadOnlyList<BalancingCase> _cases;

    private BalancingCases(ScenarioFields fields) => _cases = [.. fields.Groups("cases").Select(BalancingCase.Read)];

    public static ExperimentEntry Entry { get; } = new(
        "balancing-cases",
        "cases in which each balancing policy wins, and others in which it loses",
        "our own",
        "nothing",
        (fields, _) => new BalancingCases(fields));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        (BalancingCase Case, int Policy)[] runs =
            [.. _cases.SelectMany(one => Enumerable.Range(0, one.Order.Count).Select(policy => (one, policy)))];
        IReadOnlyList<double[]> seeds = conditions.ForEverySeed(
            runs.Length,
            runs.Sum(run => (long)run.Case.Group.Requests),
            (number, random, progress) => runs[number].Case.Run(runs[number].Policy, random, progress));
        if (seeds.Count == 0)
        {
            return ExperimentFindings.Interrupted;
        }

        List<ReproducedRow> rows = [];
        List<ReproducedClaim> claims = [];
        int first = 0;
        foreach (BalancingCase one in _cases)
        {
            double[][] values = [.. one.Order.Select((_, policy) => seeds.Select(seed => seed[first + policy]).ToArray())];
            string best = one.Order[0].ToString();
            rows.AddRange(one.Order.Select((policy, number) => ReproducedRow.Against(
                best, values[0], policy.ToString(), one.Group.Name, one.Measure.Title, values[number])));
            claims.Add(InOrder(one, values));
            first += one.Order.Count;
        }

        return new ExperimentFindings(seeds.Count, rows) { Claims = claims };
    }

    private static ReproducedClaim InOrder(BalancingCase one, double[][] values)
    {
        double[] means = [.. values.Select(own => own.Average())];
        bool holds = means.Zip(means.Skip(1)).All(pair => one.Measure.MoreIsBetter ? pair.First > pair.Second : pair.First < pair.Second);
        return new ReproducedClaim(
            $"{one.Group.Name}: {string.Join(", then ", one.Order)}",
            holds,
            $"{one.Measure.Title}: {string.Join(", ", means.Select(Units.Number))}");
    }
}

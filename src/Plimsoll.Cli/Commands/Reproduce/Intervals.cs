using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Workloads.Lengths;

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

    private readonly int _jobs;
    private readonly int _kvTokens;
    private readonly LengthDistribution _prompt;
    private readonly LengthDistribution _output;
    private readonly IReadOnlyList<decimal> _widths;
    private readonly List<Case> _cases = [];

    private Intervals(ScenarioFields fields)
    {
        _kvTokens = fields.Whole("kv_tokens", 2, JobMix.MostTokens);
        JobMixPart part = JobMixPart.Read(fields, _kvTokens, new ExperimentInputs("", null));
        (_jobs, _prompt, _output) = (part.Jobs, part.Prompt!, part.Output!);
        _widths = fields.Numbers("interval_widths", 0, 0.99m);
        IReadOnlyList<PolicyChoice<IBatchingPolicy>> policies = fields.Policies("policies");
        PredictionSpec[] predictions = [.. fields.Predictions("predictions"), .. _widths.Select(Width)];
        foreach (PredictionSpec prediction in predictions)
        {
            fields.RequirePredicted("policies", policies, prediction);
            _cases.AddRange(policies.Select(policy => new Case(policy, prediction)));
        }

        _cases.InsertRange(0, new[] { Hindsight, "fcfs" }.Select(name => new Case(PolicyCatalog.Batching.Parse(name, out _)!, Exact)));
    }

    public static ExperimentEntry Entry { get; } = new(
        "intervals",
        "A_max and A_min on interval predictions, against shortest first with true lengths (H-SF)",
        "Chen, Ye, Zhou, arXiv:2508.14544",
        "in words only: A_min about as good as H-SF; A_max close for narrow intervals, up to 5 times worse or +80 % latency for wide ones",
        (fields, _) => new Intervals(fields));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<RoundRun[]> seeds = conditions.ForEverySeed(_cases.Count, (long)_cases.Count * _jobs, (number, random, progress) =>
            RoundRun.Of(Draw(random), _kvTokens, _cases[number].Policy, _cases[number].Prediction, random, progress));
        double[] baseline = Latencies(seeds, 0);
        return new ExperimentFindings(seeds.Count, [.. _cases.Select((one, number) => Row(one, Latencies(seeds, number), baseline))])
        {
            Claims = [.. Claims(seeds)],
            Notes =
            [
                "Ratios below one are possible: shortest first is not optimal.",
                "Lengths are drawn from log-normals with the medians and means reported for LMSYS-Chat-1M, so ratios can be compared and latencies cannot.",
            ],
        };
    }

    private static PredictionSpec Width(decimal width) =>
        PredictionSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"interval:{width}"), out _)!;

    private static double[] Latencies(IReadOnlyList<RoundRun[]> seeds, int number) => [.. seeds.Select(seed => seed[number].MeanLatency)];

    private static ReproducedRow Row(Case one, double[] latencies, double[] baseline)
    {
        (string policy, string setting) = (one.Policy.ToString(), one.Prediction.ToString());
        (string printed, string remark) = (policy, setting) switch
        {
            (AMin, "fixed:1:1000") => ("about H-SF", "what was printed for this setting is not known to us; with nothing known A_min computes much in vain"),
            (AMin, _) => ("about H-SF", ""),
            (AMax, "fixed:1:1000") => ("up to 5 times", "memory is reserved for 1,000 tokens each, twelve times the mean"),
            (AMax, "interval:0.95" or "interval:0.99") => ("up to +80 %", ""),
            _ => (ReproducedRow.NothingPrinted, ""),
        };
        ReproducedRow row = ReproducedRow.Against(Hindsight, baseline, policy, setting, "mean latency, rounds", latencies);
        return row with { Printed = printed, Remark = remark, Mark = latencies.Any(double.IsNaN) ? "livelock" : "" };
    }

    private InferenceRequest[] Draw(RandomTree random)
    {
        RandomStream prompts = random.Stream("prompt");
        RandomStream outputs = random.Stream("output");
        var jobs = new InferenceRequest[_jobs];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new InferenceRequest(new RequestId(i), Instant.Zero, _prompt.Sample(ref prompts), _output.Sample(ref outputs));
        }

        return jobs;
    }

    private IEnumerable<ReproducedClaim> Claims(IReadOnlyList<RoundRun[]> seeds)
    {
        string[] all = [.. _cases.Select(one => one.Prediction.ToString()).Skip(2).Distinct()];
        string[] known = [.. _widths.Where(width => width <= 0.9m).Select(width => Width(width).ToString())];
        string[] wide = [.. _widths.Where(width => width >= 0.5m).Select(width => Width(width).ToString())];
        if (Worst(seeds, AMin, Hindsight, known, seed => seed.Average()) is { } mean)
        {
            yield return Claim("a-min is within 10 % of H-SF on average for intervals up to ±90 %", mean, Within);
        }

        if (Worst(seeds, AMin, Hindsight, all, seed => seed.Average()) is { } everywhere)
        {
            yield return Claim("printed: a-min is about as good as H-SF whatever the interval (taken as within 10 % on average)", everywhere, Within);
        }

        if (Worst(seeds, AMin, AMax, wide, seed => seed.Max()) is { } above)
        {
            yield return Claim("a-min is never above a-max, on any seed, for intervals of ±50 % or more", above, 1);
        }

        if (Worst(seeds, Static, AMax, wide, seed => seed.Average()) is { } still)
        {
            yield return Claim("printed by implication: nor is a-min as first described (dynamic=false), on average", still, 1);
        }

        if (Worst(seeds, Leaning, Hindsight, known, seed => seed.Max()) is { } leaning)
        {
            yield return Claim("a-min:lean=0.5 is within 10 % of H-SF on every seed for intervals up to ±90 %", leaning, Within);
        }
    }

    private static ReproducedClaim Claim(string statement, (double Ratio, string Setting) worst, double most) => new(
        statement, worst.Ratio <= most, string.Create(CultureInfo.InvariantCulture, $"worst {worst.Ratio:0.000}, {worst.Setting}"));

    // The setting with the greatest ratio of one policy to another; none if either was not run there.
    private (double Ratio, string Setting)? Worst(
        IReadOnlyList<RoundRun[]> seeds, string policy, string baseline, IReadOnlyList<string> settings, Func<IEnumerable<double>, double> over)
    {
        (double Ratio, string Setting)? worst = null;
        foreach (string setting in settings)
        {
            int top = Find(policy, setting);
            int bottom = baseline == Hindsight ? 0 : Find(baseline, setting);
            if (top < 0 || bottom < 0 || seeds.Count == 0)
            {
                return null;
            }

            double ratio = over(seeds.Select(seed => seed[top].MeanLatency / seed[bottom].MeanLatency));
            worst = worst is null || !(ratio <= worst.Value.Ratio) ? (ratio, setting) : worst;
        }

        return worst;
    }

    private int Find(string policy, string setting) =>
        _cases.FindIndex(one => one.Policy.ToString() == policy && one.Prediction.ToString() == setting);

    private sealed record Case(PolicyChoice<IBatchingPolicy> Policy, PredictionSpec Prediction);
}

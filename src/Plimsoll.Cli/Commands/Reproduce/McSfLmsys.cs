using System.Globalization;
using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Simulation.Schedules;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>
/// MC-SF against its baselines in continuous time, with the published iteration time (scheduling theory, section 6.1): one iteration
/// for the prompt, which yields the first token, and one for each token of the output.
/// </summary>
internal sealed class McSfLmsys : IExperiment
{
    private const string Benchmark = "mc-benchmark";
    private const string Shortest = "mc-sf";

    private static readonly PredictionSpec Exact = PredictionSpec.Parse("exact", out _)!;

    private readonly int _kvTokens;
    private readonly LengthDistribution _prompt;
    private readonly LengthDistribution _output;
    private readonly IStepTimeModel _stepTime;
    private readonly List<Case> _cases = [];

    private McSfLmsys(ScenarioFields fields)
    {
        _kvTokens = fields.Whole("kv_tokens", 4000, JobMix.MostTokens);
        _prompt = fields.Lengths("prompt_tokens");
        _output = fields.Lengths("output_tokens");
        _stepTime = fields.StepTime("step_time");
        IReadOnlyList<decimal> requests = fields.Numbers("requests", 1, 1_000_000);
        IReadOnlyList<decimal> rates = fields.Numbers("requests_per_second", 0.001m, 1_000_000);
        IReadOnlyList<PolicyChoice<IBatchingPolicy>> policies = fields.Policies("policies");
        IReadOnlyList<PredictionSpec> predictions = fields.Predictions("predictions");
        IReadOnlyList<PolicyChoice<IBatchingPolicy>> withErrors = fields.Policies("policies_with_errors");
        foreach (PredictionSpec prediction in predictions)
        {
            fields.RequirePredicted("policies_with_errors", withErrors, prediction);
        }

        foreach (decimal rate in rates)
        {
            foreach (decimal count in requests)
            {
                _cases.AddRange(policies.Select(policy => new Case(policy, Exact, (int)count, (double)rate)));
            }

            _cases.AddRange(
                from prediction in predictions
                from policy in withErrors
                select new Case(policy, prediction, (int)requests[0], (double)rate));
        }
    }

    public static ExperimentEntry Entry { get; } = new(
        "mc-sf-lmsys",
        "MC-SF against first come and α-protection in continuous time",
        "Jaillet et al., arXiv:2502.07115",
        "mean latency 32.11 s against 46.47 s for first come with the same look-ahead (−31 %); "
        + "slopes over the number of requests about 1/6 against 1/2",
        (fields, _) => new McSfLmsys(fields));

    public ExperimentFindings Run(ExperimentConditions conditions)
    {
        IReadOnlyList<double[]> seeds = conditions.ForEverySeed(
            _cases.Count,
            _cases.Sum(one => (long)one.Requests),
            (number, random, progress) => MeanLatencySeconds(_cases[number], random, progress));
        return new ExperimentFindings(seeds.Count, [.. _cases.Select((one, number) => Row(seeds, one, number))])
        {
            Claims = [.. Claims(seeds)],
            Notes =
            [
                "Lengths are drawn from log-normals with the medians and means reported for LMSYS-Chat-1M, not from the conversations: "
                + "absolute latencies are some 13 % lower than the printed ones, their relation is not.",
                "α-policies admit up to (1 − α) of memory one by one here; "
                + "the released code looks at memory once a step, and then exceeds it.",
            ],
        };
    }

    private ReproducedRow Row(IReadOnlyList<double[]> seeds, Case one, int number)
    {
        double[] latencies = [.. seeds.Select(seed => seed[number])];
        double[] baseline = [.. seeds.Select(seed => seed[BaselineOf(one)])];
        ReproducedRow row = ReproducedRow.Against(Benchmark, baseline, one.Policy.ToString(), one.Setting, "mean latency, s", latencies);
        string printed = one is { Requests: 1000, PerSecond: 50 } && one.Prediction == Exact
            ? one.Policy.ToString() switch { Benchmark => "46.47", Shortest => "32.11 (−31 %)", _ => ReproducedRow.NothingPrinted }
            : ReproducedRow.NothingPrinted;
        return row with { Printed = printed, Mark = latencies.Any(double.IsNaN) ? "livelock" : "" };
    }

    private IEnumerable<ReproducedClaim> Claims(IReadOnlyList<double[]> seeds)
    {
        int shortest = Find(Shortest, 1000, 50);
        int benchmark = Find(Benchmark, 1000, 50);
        if (seeds.Count > 0 && shortest >= 0 && benchmark >= 0)
        {
            double saved = seeds.Average(seed => 1 - (seed[shortest] / seed[benchmark]));
            yield return new ReproducedClaim(
                "printed: mc-sf takes 31 % off the mean latency of first come (taken as 28 to 34 %)",
                saved is >= 0.28 and <= 0.34,
                string.Create(CultureInfo.InvariantCulture, $"{saved:P1} on average"));
        }

        int shortestMore = Find(Shortest, 5000, 50);
        int benchmarkMore = Find(Benchmark, 5000, 50);
        if (seeds.Count > 0 && shortest >= 0 && benchmark >= 0 && shortestMore >= 0 && benchmarkMore >= 0)
        {
            double slope = seeds.Average(seed => seed[shortestMore] - seed[shortest]) / 4000;
            double steeper = seeds.Average(seed => seed[benchmarkMore] - seed[benchmark]) / 4000;
            yield return new ReproducedClaim(
                "printed: latency grows a third as fast with the number of requests under mc-sf (taken as 0.2 to 0.45)",
                slope / steeper is >= 0.2 and <= 0.45,
                string.Create(CultureInfo.InvariantCulture, $"{slope:0.0000} against {steeper:0.0000} s a request, ratio {slope / steeper:0.00}"));
        }
    }

    private int Find(string policy, int requests, double perSecond) => _cases.FindIndex(
        one => one.Policy.ToString() == policy && one.Requests == requests && one.PerSecond == perSecond && one.Prediction == Exact);

    private int BaselineOf(Case one) => Math.Max(0, Find(Benchmark, one.Requests, one.PerSecond));

    private double? MeanLatencySeconds(Case one, RandomTree random, RunProgress progress)
    {
        var scenario = new FleetScenario
        {
            Replicas = 1,
            Replica = new ReplicaConfiguration(one.Policy.Create().Plan(RoundSchedule.Overrides()), _kvTokens, 1, _stepTime)
            {
                CountsNewToken = true,
            },
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
            Prediction = one.Prediction,
        };
        var source = new PromptIteration(new GeneratedSource(new PoissonArrivals(one.PerSecond), _prompt, _output, one.Requests, random));
        try
        {
            SimulationOutcome outcome = SimulationRun.Execute(scenario, source, random, progress.Watch(() => false, null));
            return outcome.Partial ? null : outcome.Metrics.E2e.MeanSeconds;
        }
        catch (NoProgressException)
        {
            return double.NaN;
        }
    }

    // The iteration of the prompt yields a token of its own.
    private sealed class PromptIteration(IRequestSource inner) : IRequestSource
    {
        public int Read(Span<InferenceRequest> buffer)
        {
            int count = inner.Read(buffer);
            for (int i = 0; i < count; i++)
            {
                buffer[i] = buffer[i] with { OutputTokens = buffer[i].OutputTokens + 1 };
            }

            return count;
        }
    }

    private sealed record Case(PolicyChoice<IBatchingPolicy> Policy, PredictionSpec Prediction, int Requests, double PerSecond)
    {
        public string Setting => string.Create(CultureInfo.InvariantCulture, $"N={Requests}, {PerSecond:0.###}/s, {Prediction}");
    }
}

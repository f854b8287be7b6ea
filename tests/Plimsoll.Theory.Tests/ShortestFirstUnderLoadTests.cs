using Plimsoll.Core;
using Plimsoll.Metrics.Statistics;
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

namespace Plimsoll.Theory.Tests;

/// <summary>
/// The continuous-time study of arXiv:2502.07115 (scheduling theory, section 6.1): 1,000 conversations at 50 a second on a replica of
/// 16,492 tokens, the published iteration time, one iteration for the prompt and one for each output token.
/// </summary>
public class ShortestFirstUnderLoadTests
{
    private const int Seeds = 12;

    [Fact]
    public void Shortest_first_takes_thirty_percent_off_the_mean_latency_of_first_come()
    {
        double[] benchmark = [.. Enumerable.Range(0, Seeds).Select(seed => MeanLatencySeconds("mc-benchmark", seed))];
        double[] shortest = [.. Enumerable.Range(0, Seeds).Select(seed => MeanLatencySeconds("mc-sf", seed))];

        double[] relative = [.. benchmark.Zip(shortest, (b, s) => (s - b) / b)];
        MeanEstimate saved = MeanEstimate.Of(relative);
        Assert.True(saved.Mean is > -0.339 and < -0.279, $"{saved.Mean:P2} from {benchmark.Average():0.00} s to {shortest.Average():0.00} s: {string.Join(", ", relative.Select(r => $"{r:P1}"))}");
    }

    private static double MeanLatencySeconds(string policy, int seed)
    {
        BatchingRules rules = PolicyCatalog.Batching.Parse(policy, out _)!.Create().Plan(RoundSchedule.Overrides());
        var scenario = new FleetScenario
        {
            Replicas = 1,
            Replica = new ReplicaConfiguration(rules, 16_492, 1, new IterationStepTime(0.0446, 3.78e-4, 5.2e-4, 2.7e-6)) { CountsNewToken = true },
            Dispatch = new DispatcherConfiguration(PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
            Prediction = PredictionSpec.Parse("exact", out _),
        };
        RandomTree random = new RandomTree(1).Replication(seed);
        Assert.True(LengthParser.TryParse("lognormal:11:40.62:2000", null!, out LengthDistribution? prompts, out _));
        Assert.True(LengthParser.TryParse("lognormal:45:85.32:1500", null!, out LengthDistribution? outputs, out _));
        Assert.True(ArrivalParser.TryParse("poisson:50", out ArrivalProcess? arrivals, out _));
        var source = new OneMore(new GeneratedSource((OpenArrivals)arrivals, prompts, outputs, 1000, random));
        return SimulationRun.Execute(scenario, source, random).Metrics.E2e.MeanSeconds;
    }

    // An iteration for the prompt, which yields the first token, and one for each token of the output.
    private sealed class OneMore(IRequestSource inner) : IRequestSource
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
}

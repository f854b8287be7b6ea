using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>
/// Simulated ratios: those around the optimum of theory; for the curve, powers of two and an even spread up to twice that optimum (at least
/// 32); and then one more on either side of the best so far, until the best has both its neighbours.
/// </summary>
internal static class AfdSimulations
{
    private const int Around = 3;
    private const int Parts = 8;
    private const int LeastLast = 32;

    /// <summary>Runs them; ratios whose runs are complete, in order.</summary>
    public static IReadOnlyList<SimulatedRatio> Run(
        AfdQuestion question, int expectedBest, AfdSimulationPlan plan, RandomTree random, RunProgress progress)
    {
        var done = new SortedDictionary<int, SimulatedRatio>();
        for (int[] next = [.. First(expectedBest, question.MaxRatio)]; next.Length > 0 && !progress.Interrupted;)
        {
            foreach (SimulatedRatio ratio in RunAll(question, next, plan, random, progress))
            {
                done.Add(ratio.Ratio, ratio);
            }

            next = Best(done.Values) is { } best
                ? [.. Neighbours(best.Ratio, question.MaxRatio).Where(ratio => !done.ContainsKey(ratio))]
                : [];
        }

        return [.. done.Values];
    }

    /// <summary>The ratio of greatest mean throughput, of equals the least; null if there is none.</summary>
    public static SimulatedRatio? Best(IEnumerable<SimulatedRatio> ratios) => ratios.MaxBy(ratio => (ratio.Throughput.Mean, -ratio.Ratio));

    private static SortedSet<int> First(int expectedBest, int most)
    {
        int last = Math.Min(most, Math.Max(LeastLast, 2 * expectedBest));
        SortedSet<int> ratios = [];
        for (int power = 1; power <= last; power *= 2)
        {
            ratios.Add(power);
        }

        for (int part = 1; part <= Parts; part++)
        {
            ratios.Add(Math.Max(1, last * part / Parts));
        }

        for (int ratio = Math.Max(1, expectedBest - Around); ratio <= Math.Min(most, expectedBest + Around); ratio++)
        {
            ratios.Add(ratio);
        }

        return ratios;
    }

    private static IEnumerable<int> Neighbours(int ratio, int most) =>
        new[] { ratio - 1, ratio + 1 }.Where(each => each >= 1 && each <= most);

    private static IEnumerable<SimulatedRatio> RunAll(
        AfdQuestion question, int[] ratios, AfdSimulationPlan plan, RandomTree random, RunProgress progress)
    {
        var runs = new AfdOutcome?[ratios.Length * plan.Replications];
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = plan.Threads }, i =>
        {
            var scenario = new AfdScenario
            {
                // The long ones first.
                Ratio = ratios[^(1 + (i / plan.Replications))],
                SlotsPerInstance = question.Slots,
                Microbatches = question.Microbatches,
                Costs = question.Costs,
                Steps = plan.Steps,
                Start = plan.Start,
                Traffic = question.Workload.Traffic,
            };
            runs[i] = progress.Interrupted ? null
                : AfdSimulation.Execute(scenario, random.Replication(i % plan.Replications), () => progress.Interrupted);
            _ = progress.Watch(() => false, null).Continue(Instant.Zero, 0, runs[i]?.Completions ?? 0);
        });
        foreach (AfdOutcome?[] ofRatio in runs.Chunk(plan.Replications))
        {
            if (ofRatio.All(run => run is not null))
            {
                yield return new SimulatedRatio(ofRatio[0]!.Ratio, [.. ofRatio.Select(run => run!)]);
            }
        }
    }
}

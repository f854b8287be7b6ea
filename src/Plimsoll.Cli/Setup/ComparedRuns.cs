using System.Diagnostics;
using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// Several systems under the same traffic, several times over: every pair of runs on whichever thread is free, results by number.
/// </summary>
internal static class ComparedRuns
{
    /// <summary>Runs them all; null when the traffic turned out to be wrong.</summary>
    /// <param name="traffic">The traffic; replication k is the same for every variant.</param>
    /// <param name="variants">Each with its name.</param>
    /// <param name="random">Root of all randomness.</param>
    /// <param name="replications">How many times, from 1.</param>
    /// <param name="threads">Runs at a time.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="problems">Collects what is wrong with the traffic.</param>
    public static ComparisonReport? Execute(
        Traffic traffic,
        IReadOnlyList<(string Name, SystemUnderTest System)> variants,
        RandomTree random,
        int replications,
        int threads,
        RunProgress progress,
        InputProblems problems)
    {
        var clock = Stopwatch.StartNew();
        var reports = new RunReport?[variants.Count * replications];
        var found = new InputProblems[reports.Length];
        IReadOnlyList<string> notes = [];
        Parallel.For(0, reports.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            found[i] = new InputProblems();
            (int variant, int replication) = (i % variants.Count, i / variants.Count);
            RandomTree own = random.Replication(replication);
            SimulatedRun? run;
            try
            {
                run = SimulatedRun.Execute(traffic, variants[variant].System, own, progress, found[i]);
            }
            catch (NoProgressException stuck)
            {
                throw new InfeasibleException($"{variants[variant].Name}: {stuck.Message}", stuck);
            }

            reports[i] = run?.Report;
            if (i == 0)
            {
                notes = run?.Notes ?? [];
            }
            else if (replication > 0)
            {
                // Only the first of each is drawn over time; the others need not be kept.
                reports[i] = reports[i] is { } report ? report with { Series = null } : null;
            }
        });

        // The same trace is wrong in the same way every time.
        if (found.FirstOrDefault(each => each.Any) is { } first)
        {
            problems.Add(first);
            return null;
        }

        double seconds = clock.Elapsed.TotalSeconds;
        long requests = reports.Sum(report => report!.Requests.Submitted);
        return new ComparisonReport
        {
            Title = $"{traffic.Name} under {variants.Count} policies",
            Runs =
            [
                .. variants.Select((variant, v) => new ComparedRun(
                    variant.Name,
                    [.. Enumerable.Range(0, replications).Select(r => reports[(r * variants.Count) + v]!)])),
            ],
            Seed = random.Seed,
            Partial = reports.Any(report => report!.Partial),
            Notes = notes,
            Wall = new WallSummary(seconds, requests / seconds, Process.GetCurrentProcess().PeakWorkingSet64),
        };
    }
}

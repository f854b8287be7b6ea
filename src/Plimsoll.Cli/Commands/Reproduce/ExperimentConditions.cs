using Plimsoll.Cli.Output;
using Plimsoll.Core;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Under which conditions an experiment runs: how often, with which dice, on how many threads.</summary>
internal sealed class ExperimentConditions(int seeds, RandomTree random, int threads)
{
    public int Seeds => seeds;

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>
    /// Runs every case with every seed, each on whichever thread is free, and returns the seeds of which all cases are complete, in order:
    /// the same dice give the same results with any number of threads.
    /// </summary>
    /// <param name="cases">Cases of a seed.</param>
    /// <param name="jobsOfSeed">Jobs in all cases of a seed together, for the progress line.</param>
    /// <param name="run">One case with the dice of one seed; null if it was interrupted.</param>
    public IReadOnlyList<T[]> ForEverySeed<T>(int cases, long jobsOfSeed, Func<int, RandomTree, RunProgress, T?> run)
        where T : struct
    {
        using var progress = new RunProgress(jobsOfSeed * seeds);
        var cells = new T?[seeds * cases];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, cell =>
        {
            if (!Interrupted && !progress.Interrupted)
            {
                cells[cell] = run(cell % cases, random.Replication(cell / cases), progress);
            }
        });
        Interrupted |= progress.Interrupted;
        return
        [
            .. cells.Chunk(cases)
                .Where(seed => seed.All(cell => cell is not null))
                .Select(seed => seed.Select(cell => cell!.Value).ToArray()),
        ];
    }
}

namespace Plimsoll.Cli.Setup;

/// <summary>How thoroughly to simulate.</summary>
/// <param name="Replications">How often, each time with other dice.</param>
/// <param name="RequestsPerRun">Requests in each run.</param>
/// <param name="Threads">Replications at a time.</param>
internal sealed record VerificationPlan(int Replications, long RequestsPerRun, int Threads)
{
    /// <summary>The results of all replications in order.</summary>
    /// <param name="run">Runs the replication of a number.</param>
    /// <param name="interrupted">Whether to begin no more of them: what is left then is a default.</param>
    public T?[] ForEach<T>(Func<int, T?> run, Func<bool> interrupted)
    {
        var results = new T?[Replications];
        Parallel.For(0, Replications, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (number, loop) =>
        {
            if (interrupted())
            {
                loop.Stop();
                return;
            }

            results[number] = run(number);
        });
        return results;
    }
}

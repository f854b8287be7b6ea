namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Jobs with known lengths on one replica of <see cref="CapacityTokens"/>: choose when each starts, once and without interruption, so that
/// no round holds more tokens than fit and the total latency, the sum of finish − arrival, is least. Source: the hindsight integer program
/// of the MC-SF paper (arXiv 2502.07115) and its released code.
/// </summary>
public sealed class HindsightInstance
{
    private readonly HindsightJob[] _jobs;

    /// <summary>Checks and takes the jobs.</summary>
    /// <param name="jobs">At least one; ids differ. Kept in the order given.</param>
    /// <param name="capacityTokens">Memory M of the replica in tokens.</param>
    /// <exception cref="ArgumentException">A job is out of range or could never run, an id is used twice, or there are no jobs.</exception>
    public HindsightInstance(IEnumerable<HindsightJob> jobs, int capacityTokens)
    {
        _jobs = [.. jobs];
        CapacityTokens = capacityTokens;
        if (_jobs.Length == 0)
        {
            throw new ArgumentException("at least one job is needed", nameof(jobs));
        }

        var ids = new SortedSet<int>();
        long rounds = 0;
        foreach (HindsightJob job in _jobs)
        {
            if (job.PromptTokens < 0 || job.OutputTokens < 1 || job.ArrivalRound < 0)
            {
                throw new ArgumentException(
                    $"job {job.Id}: prompt {job.PromptTokens}, output {job.OutputTokens}, arrival {job.ArrivalRound}");
            }

            if ((long)job.PromptTokens + job.OutputTokens > capacityTokens)
            {
                throw new ArgumentException(
                    $"job {job.Id} needs {(long)job.PromptTokens + job.OutputTokens} tokens in its last round: {capacityTokens} fit");
            }

            if (!ids.Add(job.Id))
            {
                throw new ArgumentException($"job {job.Id} is there twice");
            }

            LeastLatency += job.OutputTokens;
            LastArrival = Math.Max(LastArrival, job.ArrivalRound);
            rounds += job.OutputTokens;
        }

        if (rounds + LastArrival > int.MaxValue / 4)
        {
            throw new ArgumentException("the jobs last too long");
        }

        Horizon = LastArrival + (int)rounds;
    }

    /// <summary>The jobs in the order given.</summary>
    public ReadOnlySpan<HindsightJob> Jobs => _jobs;

    /// <summary>Memory M of the replica in tokens.</summary>
    public int CapacityTokens { get; }

    /// <summary>Last round in which a job arrives.</summary>
    public int LastArrival { get; }

    /// <summary>Total latency when nothing ever waits: Σ o. No schedule has less.</summary>
    public long LeastLatency { get; }

    /// <summary>
    /// max a + Σ o: every optimal schedule has finished by this round. For if no job ran in some round after the last arrival while one was
    /// still to start, everything that starts later could start one round sooner, with less latency.
    /// </summary>
    public int Horizon { get; }

    /// <summary>Total latency of these starts, one a job in order: Σ (start − a + o).</summary>
    public long LatencyOf(ReadOnlySpan<int> starts)
    {
        long total = LeastLatency;
        for (int i = 0; i < _jobs.Length; i++)
        {
            total += starts[i] - _jobs[i].ArrivalRound;
        }

        return total;
    }

    /// <summary>
    /// Whether no job starts before it arrives and no round holds more than fits. Between two completions what is held only grows, so the
    /// rounds in which a job finishes are enough.
    /// </summary>
    /// <param name="starts">One start a job, in order.</param>
    public bool Fits(ReadOnlySpan<int> starts)
    {
        if (starts.Length != _jobs.Length)
        {
            return false;
        }

        for (int i = 0; i < _jobs.Length; i++)
        {
            long round = (long)starts[i] + _jobs[i].OutputTokens;
            if (starts[i] < _jobs[i].ArrivalRound || HeldIn(round, starts) > CapacityTokens)
            {
                return false;
            }
        }

        return true;
    }

    private long HeldIn(long round, ReadOnlySpan<int> starts)
    {
        long held = 0;
        for (int i = 0; i < _jobs.Length; i++)
        {
            long ran = round - starts[i];
            held += ran >= 1 && ran <= _jobs[i].OutputTokens ? _jobs[i].PromptTokens + ran : 0;
        }

        return held;
    }
}

using Plimsoll.Core;

namespace Plimsoll.Metrics.Schedules;

/// <summary>What became of a list of jobs on one replica in unit rounds, all of them done.</summary>
public sealed record ScheduleOutcome
{
    private readonly long[] _sorted;

    /// <summary>An outcome, after the memory of every round has been counted again.</summary>
    /// <param name="jobs">The jobs, from 1, in order of arrival.</param>
    /// <param name="kvTokens">KV tokens of the replica.</param>
    /// <exception cref="InvariantBrokenException">More was held than there is.</exception>
    public ScheduleOutcome(IReadOnlyList<ScheduledJob> jobs, long kvTokens)
    {
        Jobs = jobs;
        KvTokens = kvTokens;
        HeldTokens = Held(jobs);
        _sorted = [.. jobs.Select(job => job.Latency).Order()];
        Invariant.Holds(PeakTokens <= kvTokens, "KV never above capacity");
    }

    /// <summary>The jobs, in order of arrival.</summary>
    public IReadOnlyList<ScheduledJob> Jobs { get; }

    /// <summary>KV tokens of the replica.</summary>
    public long KvTokens { get; }

    /// <summary>KV tokens held at the end of each round, from round 0 to the last finish.</summary>
    public IReadOnlyList<long> HeldTokens { get; }

    /// <summary>Output tokens generated and lost again.</summary>
    public required long LostTokens { get; init; }

    /// <summary>Tokens of memory, prompts included, that evictions threw away.</summary>
    public required long EvictedTokens { get; init; }

    /// <summary>Fingerprint of everything that happened.</summary>
    public required ulong Digest { get; init; }

    /// <summary>Σ (finish − arrival) in rounds (TEL).</summary>
    public long TotalLatency => _sorted.Sum();

    /// <summary>Mean of finish − arrival, in rounds.</summary>
    public double MeanLatency => (double)TotalLatency / Jobs.Count;

    /// <summary>Round at whose beginning the last job was done.</summary>
    public long Makespan => HeldTokens.Count;

    /// <summary>Evictions of all jobs.</summary>
    public long Evictions => Jobs.Sum(job => (long)job.Evictions);

    /// <summary>Most KV tokens held at once.</summary>
    public long PeakTokens => HeldTokens.Max();

    /// <summary>Mean share of KV memory held, over the rounds to the last finish.</summary>
    public double MeanUtilization => HeldTokens.Average() / KvTokens;

    /// <summary>The least latency, in rounds, that a share of the jobs (0 to 1) does not exceed.</summary>
    public long LatencyQuantile(double share) => _sorted[Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    // Each stay holds tokens that grow by one a round: differences, summed twice.
    private static long[] Held(IReadOnlyList<ScheduledJob> jobs)
    {
        long makespan = jobs.Max(job => job.Finish);
        long[] level = new long[makespan + 1];
        int[] slope = new int[makespan + 1];
        foreach (ScheduledJob job in jobs)
        {
            foreach (JobStay stay in job.Stays)
            {
                level[stay.From] += stay.LastTokens - (stay.To - stay.From);
                slope[stay.From]++;
                level[stay.To] -= stay.LastTokens;
                slope[stay.To]--;
            }
        }

        long held = 0;
        long growing = 0;
        var tokens = new long[makespan];
        for (long round = 0; round < makespan; round++)
        {
            growing += slope[round];
            held += level[round] + growing;
            tokens[round] = held;
        }

        return tokens;
    }
}

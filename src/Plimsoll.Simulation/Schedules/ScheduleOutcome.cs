namespace Plimsoll.Simulation.Schedules;

/// <summary>What became of a list of jobs on one replica in unit rounds.</summary>
public sealed record ScheduleOutcome
{
    /// <summary>The jobs, in order of arrival.</summary>
    public required IReadOnlyList<ScheduledJob> Jobs { get; init; }

    /// <summary>KV tokens of the replica.</summary>
    public required long KvTokens { get; init; }

    /// <summary>KV tokens held at the end of each round, from round 0: what was held when its tokens had been written.</summary>
    public required IReadOnlyList<long> HeldTokens { get; init; }

    /// <summary>Output tokens generated and lost again.</summary>
    public required long LostTokens { get; init; }

    /// <summary>Tokens of memory, prompts included, that evictions threw away.</summary>
    public required long EvictedTokens { get; init; }

    /// <summary>Fingerprint of everything that happened.</summary>
    public required ulong Digest { get; init; }

    /// <summary>Σ (finish − arrival) in rounds (TEL).</summary>
    public long TotalLatency => Jobs.Sum(job => job.Latency);

    /// <summary>Round at whose beginning the last job was done.</summary>
    public long Makespan => Jobs.Max(job => job.Finish);

    /// <summary>Evictions of all jobs.</summary>
    public long Evictions => Jobs.Sum(job => (long)job.Evictions);

    /// <summary>Most KV tokens held at once.</summary>
    public long PeakTokens => HeldTokens.Count == 0 ? 0 : HeldTokens.Max();

    /// <summary>Mean share of KV memory held, over the rounds to the last finish.</summary>
    public double MeanUtilization => HeldTokens.Count == 0 ? 0 : HeldTokens.Average() / KvTokens;

    /// <summary>Latency, in rounds, that a share of the jobs (0 to 1) does not exceed: the smallest that covers it.</summary>
    public long LatencyQuantile(double share)
    {
        long[] latencies = [.. Jobs.Select(job => job.Latency).Order()];
        int rank = (int)Math.Ceiling(share * latencies.Length) - 1;
        return latencies[Math.Clamp(rank, 0, latencies.Length - 1)];
    }
}

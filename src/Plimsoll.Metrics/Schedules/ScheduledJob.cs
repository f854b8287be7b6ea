namespace Plimsoll.Metrics.Schedules;

/// <summary>What became of one job, in rounds.</summary>
/// <param name="Id">Its name in the file, or its number.</param>
/// <param name="PromptTokens">Prompt length.</param>
/// <param name="OutputTokens">True output length.</param>
/// <param name="Arrival">Round of arrival.</param>
/// <param name="Stays">Every stay in the batch, in order; the last is the one in which it was done.</param>
public sealed record ScheduledJob(string Id, int PromptTokens, int OutputTokens, long Arrival, IReadOnlyList<JobStay> Stays)
{
    /// <summary>Round in which the stay began that it was done in.</summary>
    public long Start => Stays[^1].From;

    /// <summary>Round at whose beginning it was done.</summary>
    public long Finish => Stays[^1].To;

    /// <summary>Rounds from arrival to finish.</summary>
    public long Latency => Finish - Arrival;

    /// <summary>How often it was evicted.</summary>
    public int Evictions => Stays.Count - 1;
}

namespace Plimsoll.Metrics.Schedules;

/// <summary>One stay of a job in the batch.</summary>
/// <param name="From">Round in which it began.</param>
/// <param name="To">Round at whose beginning it was over.</param>
/// <param name="LastTokens">KV tokens held when it was over; one less in each round before.</param>
/// <param name="Evicted">Whether its memory was taken before the job was done.</param>
public readonly record struct JobStay(long From, long To, long LastTokens, bool Evicted);

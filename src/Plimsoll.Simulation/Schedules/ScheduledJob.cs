using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation.Schedules;

/// <summary>What became of one job, in rounds.</summary>
/// <param name="Job">The job; its arrival in whole seconds is its round.</param>
/// <param name="Start">Round in which the stay began that it ended in; −1 if it never started.</param>
/// <param name="Finish">Round at whose beginning it was done; −1 if it never was.</param>
/// <param name="Stays">Every stay in the batch, in order; the last is the one that counted.</param>
public sealed record ScheduledJob(InferenceRequest Job, long Start, long Finish, IReadOnlyList<Stay> Stays)
{
    /// <summary>Its name in the file, or its number.</summary>
    public string Name => Job.Details?.ExternalId ?? Job.Id.ToString();

    /// <summary>Round of arrival.</summary>
    public long Arrival => RoundSchedule.RoundOf(Job.Arrival);

    /// <summary>Rounds from arrival to finish.</summary>
    public long Latency => Finish - Arrival;

    /// <summary>How often it was evicted.</summary>
    public int Evictions => Stays.Count(stay => stay.Evicted);
}

using Plimsoll.Metrics.Schedules;

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>One policy and what it made of the jobs.</summary>
/// <param name="Policy">The policy as the user wrote it.</param>
/// <param name="Outcome">What happened; null when it never ends.</param>
/// <param name="Livelock">Why it never ends; empty when it does.</param>
public sealed record ScheduleRun(string Policy, ScheduleOutcome? Outcome, string Livelock = "");

namespace Plimsoll.Performance.Power;

/// <summary>What one accelerator does over some span of time, as far as its power depends on it.</summary>
/// <param name="LoadShare">
/// Its KV tokens over those of the fullest worker of its barrier group, 0 to 1; outside barrier groups 1 while it works and 0 while not.
/// </param>
/// <param name="PrefillShare">Share of the time spent on prompts, 0 to 1.</param>
/// <param name="DecodeShare">Share of the time spent on output tokens, 0 to 1; the two do not exceed 1 together.</param>
/// <param name="RunningRequests">Mean number of requests decoded together while it decodes, 0 if it does not.</param>
public readonly record struct WorkerActivity(double LoadShare, double PrefillShare, double DecodeShare, double RunningRequests)
{
    /// <summary>It is up and has nothing to do.</summary>
    public static WorkerActivity None => default;
}

namespace Plimsoll.Metrics.Reports;

/// <summary>One contender: the same configuration against the traffic of every replication.</summary>
/// <param name="Name">Its name, such as a policy's.</param>
/// <param name="Replications">Its reports; the i-th faced the same traffic as every other contender's i-th.</param>
public sealed record ComparedRun(string Name, IReadOnlyList<RunReport> Replications);

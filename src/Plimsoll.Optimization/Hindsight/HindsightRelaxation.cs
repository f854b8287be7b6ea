namespace Plimsoll.Optimization.Hindsight;

/// <summary>The linear relaxation of the time-indexed program: a job may start a little in each of several rounds.</summary>
/// <param name="Bound">A lower bound on the total latency in rounds: the relaxation's optimum, taken from its prices.</param>
/// <param name="MeanStarts">
/// Σ t·x(i,t) of each job, in the instance's order. Of jobs with equal lengths the one that arrives first (ties by id) takes the earlier
/// part.
/// </param>
public sealed record HindsightRelaxation(double Bound, IReadOnlyList<double> MeanStarts);

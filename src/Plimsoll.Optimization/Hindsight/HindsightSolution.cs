namespace Plimsoll.Optimization.Hindsight;

/// <summary>The best schedule found, checked round by round against the memory, and how good it can be at most.</summary>
/// <param name="TotalLatency">Σ (start − a + o) in rounds.</param>
/// <param name="Starts">The start of each job, in the instance's order.</param>
/// <param name="LowerBound">No schedule has a smaller total latency.</param>
/// <param name="RootBound">The bound of the relaxation with cuts; the sum of the output lengths where no relaxation was solved.</param>
/// <param name="MostStates">The most states that one round of the search had; 0 with another method.</param>
public sealed record HindsightSolution(
    long TotalLatency, IReadOnlyList<int> Starts, long LowerBound, double RootBound, int MostStates)
{
    /// <summary>Whether no schedule is better.</summary>
    public bool Proven => LowerBound >= TotalLatency;

    /// <summary>(total latency − lower bound) / total latency, 0 .. 1.</summary>
    public double Gap => (TotalLatency - LowerBound) / (double)TotalLatency;
}

using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>BF-IO as an integer program, solved to the optimum: the yardstick for its heuristic, in small groups.</summary>
/// <remarks>
/// <para>
/// Of the oldest candidates it places as many as there are free slots, so that Σ over the coming steps of G · greatest load − all loads is least.
/// Which of several optima is the solver's choice, the same for the same numbers. Needs an integer solver; where there is none, or the program
/// is too large for it, the run ends and says so.
/// </para>
/// <para>
/// Signals: Queue for free slots, Tokens, and PredictedLength of the requests that run, needed up to the horizon only; without a prediction a
/// request stays. New requests are taken to stay.
/// </para>
/// <para>A bad idea beyond some workers and some tens of candidates: the program is NP-hard.</para>
/// <para>Source: Chen, Bu et al., arXiv:2601.17855 (scheduling theory, section 3.2).</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class BfIoExact(PolicyArguments arguments) : IBalancingPolicy
{
    private static readonly PolicyOption<int> Horizon = BalanceOptions.Horizon(20, "Steps looked ahead; 0 looks at the present loads only.");

    private static readonly PolicyOption<bool> Growth = new()
    {
        Name = "growth",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether each request grows by a token with each step, or stays as it is now.",
    };

    private static readonly PolicyOption<int> Candidates = new()
    {
        Name = "candidates",
        Unit = "requests",
        Minimum = 1,
        Maximum = 4096,
        Fallback = 32,
        Meaning = "So many of those who wait, the first to arrive, may be placed; where more slots are free, as many as there are slots.",
    };

    private readonly PlacementProblem _problem = new(arguments.Of(Horizon), arguments.Of(Growth));
    private readonly int _candidates = arguments.Of(Candidates);
    private IPlacementSolver _solver = new NoPlacementSolver();
    private int[] _workers = [];

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "bf-io-exact",
        Summary = "BF-IO as an integer program, solved to the optimum: the yardstick for its heuristic.",
        BadIdea = "Beyond some workers and some tens of candidates: the program is NP-hard.",
        Source = "Chen, Bu et al., arXiv:2601.17855.",
        Signals = Signals.Queue | Signals.Tokens | Signals.PredictedLength,
        Options = [Horizon, Growth, Candidates],
        Create = arguments => new BfIoExact(arguments),
    };

    /// <inheritdoc/>
    public void Equip(IPlacementSolver solver) => _solver = solver;

    /// <inheritdoc/>
    /// <exception cref="PlacementRefusedException">The solver says why it was not solved.</exception>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        long free = 0;
        foreach (ref readonly WorkerView worker in group.Workers)
        {
            free += worker.FreeSlots;
        }

        if (free == 0 || group.Waiting.IsEmpty)
        {
            return;
        }

        _problem.Load(group, (int)Math.Max(_candidates, Math.Min(free, group.Waiting.Length)));
        if (_workers.Length < _problem.Requests)
        {
            _workers = new int[_problem.Requests];
        }

        Span<int> workers = _workers.AsSpan(0, _problem.Requests);
        if (!_solver.TrySolve(_problem, workers, out string? refusal))
        {
            throw new PlacementRefusedException(_problem.Requests, _problem.Workers, refusal);
        }

        for (int i = 0; i < workers.Length; i++)
        {
            if (workers[i] >= 0)
            {
                placements.Add(i, workers[i]);
            }
        }
    }
}

namespace Plimsoll.Optimization.Hindsight;

/// <summary>How a solve goes about it. Without a time limit the same options give the same answer; with one, until it strikes.</summary>
public sealed record HindsightOptions
{
    /// <summary>How the optimum is looked for.</summary>
    public HindsightMethod Method { get; init; } = HindsightMethod.RoundSearch;

    /// <summary>
    /// Whether the relaxation is solved first, which takes CLP. Without it the round search has nothing but its dominance: it needs no
    /// native solver, and is far slower beyond eight jobs or so.
    /// </summary>
    public bool UseRelaxation { get; init; } = true;

    /// <summary>Wall time in seconds; positive, may be infinite. What is best by then is returned.</summary>
    public double LimitSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds of a clock that only goes forward. Needed with a limit.</summary>
    public Func<double>? Clock { get; init; }

    /// <summary>A schedule to improve on, one start a job in the instance's order; one that does not fit is not used.</summary>
    public IReadOnlyList<int>? KnownStarts { get; init; }

    /// <summary>Told how far the solve has come, a few times a second or once a step; on the caller's thread.</summary>
    public Action<HindsightProgress>? Progress { get; init; }

    /// <summary>Schedules that the local search builds before anything is solved; 0 or more.</summary>
    public int LocalSearchSchedules { get; init; } = 30_000;

    /// <summary>Dice of the local search.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// States that the round search keeps in a round at most, each some 300 bytes; 1 or more. Where there are more, nothing is proven.
    /// </summary>
    public int MostStates { get; init; } = 2_000_000;

    /// <summary>Columns that a program may have.</summary>
    public int MostColumns { get; init; } = 200_000;

    /// <summary>Coefficients that a program may have.</summary>
    public int MostNonzeros { get; init; } = 10_000_000;
}

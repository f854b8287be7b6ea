namespace Plimsoll.Workloads.Traces;

/// <summary>Everything wrong in the user's traces: the first hundred problems are kept, all are counted.</summary>
public sealed class TraceProblems
{
    /// <summary>How many problems are kept in full.</summary>
    public const int Capacity = 100;

    private readonly List<TraceProblem> _kept = [];
    private (string File, long Line) _lastRow;

    /// <summary>The first problems, in the order they were found.</summary>
    public IReadOnlyList<TraceProblem> Kept => _kept;

    /// <summary>Rows that could not be used; each was left out.</summary>
    public long BadRows { get; private set; }

    /// <summary>Problems of whole files (unknown format, missing column, damaged, empty): these cannot be skipped.</summary>
    public long BadFiles { get; private set; }

    /// <summary>All problems.</summary>
    public long Total { get; private set; }

    /// <summary>
    /// True when the run must stop with "the user's input is wrong": some file is unusable, or some row is and bad rows may not be
    /// skipped. Meaningful once the traces have been read to their ends.
    /// </summary>
    public bool MustFail(bool skipBadRows) => BadFiles > 0 || (BadRows > 0 && !skipBadRows);

    /// <summary>Records what is wrong with a row, which counts once however much is wrong with it; true the first time.</summary>
    public bool AddRow(TraceProblem problem)
    {
        bool isNew = _lastRow != (problem.File, problem.Line);
        _lastRow = (problem.File, problem.Line);
        BadRows += isNew ? 1 : 0;
        Keep(problem);
        return isNew;
    }

    /// <summary>Records a file that could not be used, or not to its end.</summary>
    public void AddFile(TraceProblem problem)
    {
        BadFiles++;
        Keep(problem);
    }

    private void Keep(TraceProblem problem)
    {
        Total++;
        if (_kept.Count < Capacity)
        {
            _kept.Add(problem);
        }
    }
}

using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Physics;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Profiles;

/// <summary>What was read from all files: steps, requests, what was refused and why.</summary>
public sealed class SourceReading
{
    private readonly List<StepObservation> _steps = [];
    private readonly List<RequestRecord> _requests = [];
    private readonly List<RejectedRow> _rejected = [];
    private readonly List<SourceSummary> _sources = [];
    private readonly List<InputProblem> _problems = [];
    private readonly List<string> _notes = [];

    /// <summary>Steps measured, or composed of operators.</summary>
    public IReadOnlyList<StepObservation> Steps => _steps;

    /// <summary>Requests of bench records, those included that were turned into steps.</summary>
    public IReadOnlyList<RequestRecord> Requests => _requests;

    /// <summary>How many of the requests overlapped no other.</summary>
    public int RequestsAlone { get; internal set; }

    /// <summary>Rows not used.</summary>
    public IReadOnlyList<RejectedRow> Rejected => _rejected;

    /// <summary>File by file.</summary>
    public IReadOnlyList<SourceSummary> Sources => _sources;

    /// <summary>What is wrong with the input; nothing may be fitted when there are any.</summary>
    public IReadOnlyList<InputProblem> Problems => _problems;

    /// <summary>What a reader of the result should know.</summary>
    public IReadOnlyList<string> Notes => _notes;

    internal OperatorTables Operators { get; } = new();

    internal List<InputProblem> ProblemList => _problems;

    internal void Add(in StepObservation step) => _steps.Add(step);

    internal void Add(in RequestRecord request) => _requests.Add(request);

    internal void Add(in RejectedRow row) => _rejected.Add(row);

    internal void Add(in SourceSummary source) => _sources.Add(source);

    internal void Problem(string file, int line, string field, string message) => _problems.Add(new(file, line, field, message));

    internal void Note(string note)
    {
        if (!_notes.Contains(note))
        {
            _notes.Add(note);
        }
    }

    internal void KeepOnly(Func<StepObservation, bool> wanted) => _steps.RemoveAll(step => !wanted(step));
}

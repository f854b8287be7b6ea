namespace Plimsoll.Workloads.Traces;

/// <summary>What a reader has to say about a trace besides its requests. Complete once the trace has been read to its end.</summary>
public sealed class TraceNotes
{
    private readonly List<string> _remarks = [];

    /// <summary>Requests given out.</summary>
    public long Requests { get; internal set; }

    /// <summary>Rows that record a failed request (no output): counted, not given out.</summary>
    public long FailedRows { get; internal set; }

    /// <summary>Rows left out because something was wrong with them; see the problems.</summary>
    public long BadRows { get; internal set; }

    /// <summary>True when the trace has no arrival times: every request is at time zero, so arrivals must be chosen.</summary>
    public bool LengthsOnly { get; internal set; }

    /// <summary>Assumptions the reader had to make, one sentence each.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    internal void Remark(string sentence)
    {
        if (!_remarks.Contains(sentence))
        {
            _remarks.Add(sentence);
        }
    }
}

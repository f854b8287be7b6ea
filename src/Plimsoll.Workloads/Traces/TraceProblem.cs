namespace Plimsoll.Workloads.Traces;

/// <summary>One thing wrong in a user's file.</summary>
/// <param name="File">The file's display name.</param>
/// <param name="Line">Line number from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Field">The column or field; empty when it concerns the whole line or file.</param>
/// <param name="Reason">What is wrong, as a phrase that follows the place.</param>
public sealed record TraceProblem(string File, long Line, string Field, string Reason)
{
    /// <summary>One line: <c>file:line: field: reason</c>.</summary>
    public override string ToString() => File + (Line > 0 ? $":{Line}" : "") + (Field.Length > 0 ? $": {Field}" : "") + ": " + Reason;
}

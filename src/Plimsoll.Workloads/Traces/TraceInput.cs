using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces;

/// <summary>An opened, unpacked file on its way to a reader.</summary>
internal sealed record TraceInput(string Name, LineScanner Lines, TraceFormat Format, TraceOptions Options, TraceProblems Problems);

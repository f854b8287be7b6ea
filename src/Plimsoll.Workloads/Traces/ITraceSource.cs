namespace Plimsoll.Workloads.Traces;

/// <summary>Requests read from a trace. What is wrong with it goes to the problems it was opened with, never into an exception.</summary>
public interface ITraceSource : IRequestSource
{
    /// <summary>The format it is read as.</summary>
    TraceFormat Format { get; }

    /// <summary>What there is to say about it; complete at the end.</summary>
    TraceNotes Notes { get; }
}

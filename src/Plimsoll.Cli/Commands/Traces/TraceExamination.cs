using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Workloads.Statistics;
using Plimsoll.Workloads.Traces;
using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>Reads a trace to its end and takes its measure.</summary>
internal static class TraceExamination
{
    /// <summary>What is in the trace; null when it is wrong, with every problem gathered.</summary>
    public static TraceFindings? Of(string path, TraceOptions options, bool skipBadRows, bool withLists, InputProblems problems)
    {
        if (Directory.Exists(path))
        {
            return OfModel(path, skipBadRows, problems);
        }

        using OpenedTrace? trace = OpenedTrace.Open(path, options, problems);
        if (trace is null)
        {
            return null;
        }

        RequestLists? lists = withLists ? new RequestLists() : null;
        (TraceStatistics statistics, bool interrupted) = Read(trace.Source, lists);
        if (trace.Problems.MustFail(skipBadRows))
        {
            problems.Add(trace.Problems);
            return null;
        }

        TraceNotes notes = trace.Source.Notes;
        return new TraceFindings
        {
            Name = OpenedTrace.NameOf(path),
            Format = trace.Source.Format.Name,
            Requests = statistics,
            Lists = lists,
            LengthsOnly = notes.LengthsOnly,
            FailedRows = notes.FailedRows,
            BadRows = trace.Problems.BadRows,
            Notes = [.. trace.Notes()],
            Partial = interrupted,
        };
    }

    private static TraceFindings? OfModel(string path, bool skipBadRows, InputProblems problems)
    {
        var found = new TraceProblems();
        ServeGenModel? model = ServeGenModel.Read(new FolderOnDisk(path), found);
        if (model is null || found.MustFail(skipBadRows))
        {
            problems.Add(found);
            return null;
        }

        return new TraceFindings
        {
            Name = path,
            Format = ServeGenModel.Format.Name,
            Model = ServeGenStatistics.Of(model),
            BadRows = found.BadRows,
            Notes = model.Remarks,
        };
    }

    private static (TraceStatistics Statistics, bool Interrupted) Read(ITraceSource source, RequestLists? lists)
    {
        using var progress = new CountProgress();
        var collector = new TraceStatisticsCollector();
        var block = new InferenceRequest[1024];
        long requests = 0;
        int read;
        while (progress.Continue(requests) && (read = source.Read(block)) > 0)
        {
            requests += read;
            foreach (ref readonly InferenceRequest request in block.AsSpan(0, read))
            {
                collector.Add(request);
                lists?.Add(request);
            }
        }

        return (collector.Build(), progress.Interrupted);
    }
}

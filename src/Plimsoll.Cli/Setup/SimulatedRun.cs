using System.Diagnostics;
using System.Globalization;
using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Simulation;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Setup;

/// <summary>One run of opened traffic through a fleet or a barrier group, timed, with what its trace had to say.</summary>
internal sealed record SimulatedRun
{
    /// <summary>What happened, wall time included; title, configuration and notes are for the host to add.</summary>
    public required RunReport Report { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required bool Interrupted { get; init; }

    /// <summary>Runs the traffic; null when its trace turned out to be wrong, with every problem gathered.</summary>
    /// <param name="traffic">Where requests come from.</param>
    /// <param name="system">Who serves them.</param>
    /// <param name="random">All randomness of this run.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="problems">Collects what is wrong with the traffic.</param>
    /// <param name="table">Where every request is written, if anywhere.</param>
    /// <param name="readsAhead">Whether a thread of its own reads the traffic: for a run that has the machine to itself.</param>
    public static SimulatedRun? Execute(
        Traffic traffic,
        SystemUnderTest system,
        RandomTree random,
        RunProgress progress,
        InputProblems problems,
        RequestTable? table = null,
        bool readsAhead = false)
    {
        using OpenedTraffic? opened = traffic.Open(random, problems);
        if (opened is null)
        {
            return null;
        }

        if (opened.Trace is { } trace && traffic.LacksArrivals(trace.Notes))
        {
            problems.Add("--arrivals", $"{traffic.Name} ({trace.Format.Name}) has no arrival times; choose some, such as poisson:5 or backlog");
        }

        if (opened.IsEmpty && opened.Problems.Total == 0)
        {
            problems.Add("--trace", $"{traffic.Name} holds no requests");
        }

        if (problems.Any)
        {
            return null;
        }

        bool IsWrong() => opened.Problems.MustFail(traffic.SkipBadRows);
        var clock = Stopwatch.StartNew();
        IRunObserver observer = progress.Watch(IsWrong, table is null ? null : table.Write);
        RunReport report;
        using (var prefetching = readsAhead ? new PrefetchingSource(opened) : null)
        {
            report = system.Run(prefetching is null ? opened : prefetching, random, observer);
        }

        if (IsWrong())
        {
            opened.ReadToEnd();
            problems.Add(opened.Problems);
            return null;
        }

        double seconds = clock.Elapsed.TotalSeconds;
        return new SimulatedRun
        {
            Report = report with
            {
                Wall = new WallSummary(seconds, report.Requests.Submitted / seconds, Process.GetCurrentProcess().PeakWorkingSet64),
            },
            Notes = NotesOf(opened, progress.Interrupted),
            Interrupted = progress.Interrupted,
        };
    }

    private static List<string> NotesOf(OpenedTraffic opened, bool interrupted)
    {
        List<string> notes = [];
        if (interrupted)
        {
            notes.Add("The run was interrupted: the numbers cover its beginning only.");
        }

        if (opened.Trace is not { } trace)
        {
            return notes;
        }

        TraceNotes said = trace.Notes;
        if (said.FailedRows > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{said.FailedRows:#,0} rows of the trace record failed requests; they were left out."));
        }

        if (opened.Problems.BadRows > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{opened.Problems.BadRows:#,0} rows of the trace are wrong; they were skipped."));
        }

        notes.AddRange(said.Remarks);
        return notes;
    }
}

using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>A decision log that was decided again, up to its end or to the first difference.</summary>
internal sealed class ReplayedLog
{
    private readonly List<ReplayedFile> _files = [];
    private readonly List<string> _remarks = [];
    private DecisionReplay? _before;

    public IReadOnlyList<ReplayedFile> Files => _files;

    public IReadOnlyList<string> Remarks => _remarks;

    public long Events => _files.Sum(file => file.Events);

    public long Decisions => _files.Sum(file => file.Decisions);

    /// <summary>Events that the gateway could not write.</summary>
    public long LostEvents { get; private set; }

    /// <summary>The first difference; null if all decisions were the same.</summary>
    public FoundDifference? Difference { get; private set; }

    /// <summary>Reads and replays a file, or the files of a folder.</summary>
    public static ReplayedLog Read(string path, InputProblems problems)
    {
        var log = new ReplayedLog();
        List<DecisionLogFile> files = [];
        foreach (string name in NamesIn(path, problems))
        {
            if (Open(name, problems) is { } file)
            {
                files.Add(file);
                Guard(file, problems, file.ReadState);
            }
        }

        if (problems.Any)
        {
            return log;
        }

        foreach (DecisionLogFile file in files
            .OrderBy(file => file.Head?.Run, StringComparer.Ordinal)
            .ThenBy(file => file.Head?.Part)
            .ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            Guard(file, problems, () => log.Replay(file));
            if (problems.Any || log.Difference is not null)
            {
                break;
            }
        }

        if (log._files.Count == 0 && !problems.Any)
        {
            problems.Add(path, "there is no file of a decision log that was written beyond its beginning");
        }

        return log;
    }

    private static string[] NamesIn(string path, InputProblems problems)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        string[] names = [.. Directory.EnumerateFiles(path, "decisions-*.log").Order(StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            problems.Add(path, "there is no decisions-*.log in this folder");
        }

        return names;
    }

    private static DecisionLogFile? Open(string name, InputProblems problems)
    {
        try
        {
            return DecisionLogFile.Open(name);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add("--log", unreadable.Message);
            return null;
        }
    }

    private static void Guard(DecisionLogFile file, InputProblems problems, Action read)
    {
        try
        {
            read();
        }
        catch (FormatException broken)
        {
            problems.Add($"{file.Name}:{file.Line}", broken.Message);
        }
    }

    private void Replay(DecisionLogFile file)
    {
        if (file.Head is not { } head || file.State is not { } state)
        {
            _remarks.Add($"{file.Name}: ends before its first event; left out");
            return;
        }

        bool joins = Joins(file, head, state);
        var replay = new DecisionReplay(head, state);
        long events = 0;
        while (Difference is null && file.Next() is { } recorded)
        {
            events++;
            if (replay.Feed(recorded) is { } difference)
            {
                Difference = new FoundDifference(file.Name, file.Line, difference);
            }
        }

        if (file.IsCut)
        {
            _remarks.Add($"{file.Name}: the last line was not written to its end and is left out; verified up to event {replay.LastEvent:#,0}");
        }

        _files.Add(new ReplayedFile(file.Name, head, events, replay.Decisions, !file.IsCut, joins));
        _before = replay;
    }

    // Where a file goes on from another, its state must be the one to which the other leads.
    private bool Joins(DecisionLogFile file, DecisionLogHead head, DispatcherState state)
    {
        if (_files.Count == 0 || _files[^1].Head.Run != head.Run)
        {
            LostEvents += head.Lost;
            return false;
        }

        DecisionLogHead before = _files[^1].Head;
        LostEvents += head.Lost - before.Lost;
        if (_before!.LastEvent != head.After || before.Part + 1 != head.Part)
        {
            _remarks.Add($"{file.Name}: events {_before.LastEvent + 1:#,0} to {head.After:#,0} are not in the log ({head.Lost - before.Lost:#,0} were lost); it goes on from the state written then");
            return false;
        }

        using var writer = new DecisionWriter();
        return writer.BytesOf(_before.State).AsSpan().SequenceEqual(writer.BytesOf(state))
            ? true
            : throw new FormatException("the state at the beginning is not the one to which the file before leads");
    }
}

using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>One trace to be written, as a whole or not at all.</summary>
internal sealed class TraceWriting
{
    public required string Path { get; init; }

    public required TraceFormat Format { get; init; }

    public required IRequestSource Requests { get; init; }

    /// <summary>Requests to read at once.</summary>
    public int BlockRequests { get; init; } = 1024;

    /// <summary>Says, when all is read, what is wrong with it; told how many requests there were.</summary>
    public Action<long, InputProblems>? Verify { get; init; }

    /// <summary>Says, when all is read, what there is to say about it.</summary>
    public Func<IEnumerable<string>>? Notes { get; init; }

    public required bool Json { get; init; }

    /// <summary>Writes it; returns the exit code.</summary>
    public int Execute()
    {
        using TraceFile file = TraceFile.Create(Path);
        if (Copy(file.Stream) is not { } writer)
        {
            Terminal.Say("interrupted: nothing was written");
            return ExitCode.Interrupted;
        }

        var problems = new InputProblems();
        Verify?.Invoke(writer.Requests, problems);
        if (writer.Requests == 0 && !problems.Any)
        {
            problems.Add(Path, "there is not a single request to write");
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        file.Complete();
        Report(writer);
        return ExitCode.Done;
    }

    /// <summary>Copies every request; null when interrupted, else the finished writer, which knows what was lost.</summary>
    private TraceWriter? Copy(Stream stream)
    {
        using var progress = new CountProgress();
        using TraceWriter writer = Format.CreateWriter(stream);
        var block = new InferenceRequest[BlockRequests];
        int read;
        while (progress.Continue(writer.Requests) && (read = Requests.Read(block)) > 0)
        {
            foreach (ref readonly InferenceRequest request in block.AsSpan(0, read))
            {
                writer.Write(request);
            }
        }

        return progress.Interrupted ? null : writer;
    }

    private void Report(TraceWriter writer)
    {
        string[] notes = [.. Notes?.Invoke() ?? []];
        foreach (string note in notes.Concat(writer.Losses))
        {
            Terminal.Say("note: " + note);
        }

        Terminal.Say($"wrote {(Path == "-" ? "standard output" : Path)}: {Units.Count(writer.Requests)} requests in {Format.Name} format");
        if (Json)
        {
            MachineOutput.Write(document =>
            {
                document.WriteString("name", Path);
                document.WriteString("format", Format.Name);
                document.WriteNumber("requests", writer.Requests);
                JsonReport.WriteStrings(document, "losses", writer.Losses);
                JsonReport.WriteStrings(document, "notes", notes);
            });
        }
    }
}

using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>Where a trace is written and as what, as options.</summary>
internal sealed class TraceDestination
{
    private static readonly char[] Separators = ['.', '-', '_', ' '];

    private readonly Argument<string> _path = Arg.Required<string>(
        "OUT", "File to write, gzip when its name ends in .gz; - for standard output.");

    private readonly Option<string?> _to = Opt.Text(
        "--to", $"Format to write: {WritableNames}; by default from OUT's name, else plimsoll.", "FORMAT");

    private readonly Option<bool> _json = Opt.Flag(
        "--json", "Print what was written, and what was lost, as one JSON document on standard output.");

    private static IEnumerable<TraceFormat> Writable => TraceFormats.All.Where(format => format.CanWrite);

    private static string WritableNames => string.Join(", ", Writable.Select(format => format.Name));

    public void AddTo(Command command)
    {
        command.Arguments.Add(_path);
        command.Options.Add(_to);
        command.Options.Add(_json);
    }

    public string Path(ParseResult parsed) => parsed.GetRequiredValue(_path);

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Checks that something can be written there, and that it is not what is read.</summary>
    public void Check(ParseResult parsed, string? input, InputProblems problems)
    {
        string path = Path(parsed);
        if (path == "-" && Json(parsed))
        {
            problems.Add("--json", "standard output already takes the trace; give OUT another name");
        }

        if (TraceFile.IsFlow(path))
        {
            return;
        }

        string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
        if (Directory.Exists(path) || folder is null)
        {
            problems.Add(path, "this is a folder; give the name of a file to write");
        }
        else if (!Directory.Exists(folder))
        {
            problems.Add(path, $"there is no folder '{folder}'");
        }
        else if (input is not null && (IsSame(input, path) || IsSame(input, TraceFile.UnfinishedNameOf(path))))
        {
            problems.Add(path, "this would overwrite the trace that is read");
        }
    }

    /// <summary>The format to write; null when the one asked for cannot be, which is then among the problems.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="otherwise">What to write when neither --to nor the name of the file says anything.</param>
    /// <param name="problems">Gathers what is wrong.</param>
    public TraceFormat? Format(ParseResult parsed, TraceFormat otherwise, InputProblems problems)
    {
        if (parsed.GetValue(_to) is not { } name)
        {
            return ByName(System.IO.Path.GetFileName(Path(parsed))) ?? otherwise;
        }

        TraceFormat? format = Writable.FirstOrDefault(known => known.Name == name);
        if (format is null)
        {
            problems.Add("--to", $"'{name}' is not a format that can be written; writable are {WritableNames}");
        }

        return format;
    }

    /// <summary>The format that a file's name speaks of: JSON lines are Mooncake's, else one format's name stands in it.</summary>
    private static TraceFormat? ByName(string fileName)
    {
        string name = fileName.EndsWith(".gz", StringComparison.Ordinal) ? fileName[..^3] : fileName;
        TraceFormat jsonLines = TraceFormats.Find("mooncake")!;
        if (name.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            return jsonLines;
        }

        string[] words = name.ToLowerInvariant().Split(Separators);
        TraceFormat[] named = [.. Writable.Where(format => format != jsonLines && words.Contains(format.Name))];
        return named is [var only] ? only : null;
    }

    private static bool IsSame(string a, string b) => Resolved(a) == Resolved(b);

    private static string Resolved(string path) =>
        (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? System.IO.Path.GetFullPath(path);
}

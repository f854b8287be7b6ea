using System.CommandLine;
using Plimsoll.Cli.Setup;

namespace Plimsoll.Cli.Options;

/// <summary>Options of every command that answers something.</summary>
internal sealed class OutputOptions
{
    public Option<bool> Json { get; } = Opt.Flag("--json", "Print exactly one JSON document on standard output, everything else on standard error.");

    public Option<string?> Out { get; } = Opt.Text("--out", "Write report.html, report.json and the tables into this folder.", "DIR");

    public Setting<long> Seed { get; } = Opt.Big("--seed", "Root of all randomness (default 1): the same seed gives the same digest.", 0, long.MaxValue);

    public void AddTo(Command command)
    {
        command.Options.Add(Json);
        command.Options.Add(Out);
        command.Options.Add(Seed.Option);
    }

    /// <summary>Where to write; null when nowhere, or when no folder can be there, which is then among the problems.</summary>
    public string? FolderOf(ParseResult parsed, InputProblems problems)
    {
        string? path = parsed.GetValue(Out);
        if (File.Exists(path))
        {
            problems.Add(Out.Name, $"'{path}' is a file; give the name of a folder");
            return null;
        }

        return path;
    }

    /// <summary>The seed, 1 when none was given.</summary>
    public ulong SeedOf(ParseResult parsed, InputProblems problems) => (ulong)(Seed.Read(parsed, problems) ?? 1);
}

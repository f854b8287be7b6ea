using System.Text.RegularExpressions;

namespace Plimsoll.Cli.Tests;

/// <summary>Help of every command that the program lists.</summary>
public sealed partial class HelpTests
{
    [Fact]
    public void Every_command_has_examples_that_use_options_it_has()
    {
        List<string[]> commands = [.. Below([])];
        Assert.Contains(commands, path => path is ["simulate"]);
        Assert.Contains(commands, path => path is ["trace", "convert"]);
        Assert.Contains(commands, path => path is ["catalog", "gpus"]);
    }

    [Fact]
    public void The_version_is_printed() => Assert.Matches(@"^\d+\.\d+\.\d+", Cli.Run("--version").Succeeded().Output);

    [Theory]
    [InlineData("see plimsoll --help")]
    [InlineData("see plimsoll --help", "no-such-command")]
    [InlineData("see plimsoll trace --help", "trace")]
    [InlineData("see plimsoll trace info --help", "trace", "info")]
    [InlineData("see plimsoll trace info --help", "trace", "info", "x.csv", "--no-such-option")]
    [InlineData("see plimsoll trace slice --help", "trace", "slice", "--no-such-option", "a.csv", "b.csv")]
    [InlineData("see plimsoll catalog gpus --help", "catalog", "gpus", "--no-such-option")]
    [InlineData("see plimsoll simulate --help", "simulate", "--no-such-option", "--trace", "x.csv")]
    public void A_command_line_that_makes_no_sense_is_refused_with_the_way_to_help(string way, params string[] arguments)
    {
        CliResult result = Cli.Run(arguments).Refused(way);
        foreach (string option in arguments.Where(argument => argument.StartsWith("--no", StringComparison.Ordinal)))
        {
            Assert.Contains(option, result.Error, StringComparison.Ordinal);
        }
    }

    // Commands are found by reading help, so that one added later is tested too.
    private static IEnumerable<string[]> Below(string[] path)
    {
        string help = Cli.Run([.. path, "--help"]).Succeeded().Output;
        if (path.Length > 0)
        {
            CheckExamples(path, help);
            yield return path;
        }

        int list = help.IndexOf("Commands:", StringComparison.Ordinal);
        IEnumerable<Match> names = list < 0 ? [] : CommandName().Matches(help[list..]);
        foreach (string[] below in names.SelectMany(name => Below([.. path, name.Groups[1].Value])))
        {
            yield return below;
        }
    }

    private static void CheckExamples(string[] path, string help)
    {
        string[] lines = [.. help.Split('\n').Select(line => line.Trim())];
        int list = Array.IndexOf(lines, "Options:");
        Assert.True(list > 0, $"{string.Join(' ', path)} has no list of options");
        string called = "plimsoll " + string.Join(' ', path);
        string[] examples = [.. lines[..list].Where(line => line.Contains(called, StringComparison.Ordinal) && !line.Contains('['))];
        Assert.True(examples.Length > 0, $"{called} has no examples");
        bool isGroup = lines.Contains("Commands:");
        IEnumerable<Match> used = isGroup ? [] : examples.SelectMany(example => OptionName().Matches(example));
        foreach (string option in used.Select(match => match.Value))
        {
            Assert.Contains(lines[list..], line => line.StartsWith(option, StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"^  ([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex CommandName();

    [GeneratedRegex(@"(?<= )--[a-z-]+")]
    private static partial Regex OptionName();
}

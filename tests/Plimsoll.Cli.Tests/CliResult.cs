using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>What a run of the program left behind.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON document on standard output; fails if there is none or more than one.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Lines of standard error, without their line ends.</summary>
    public string[] Errors => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks that it worked.</summary>
    public CliResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Checks that the input was refused: exit code 2, no answer, no stack trace, these sentences among the complaints.</summary>
    public CliResult Refused(params string[] sentences)
    {
        Assert.True(ExitCode == 2, $"exit code {ExitCode}: {Error}");
        Assert.Equal("", Output);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        foreach (string sentence in sentences)
        {
            Assert.Contains(sentence, Error, StringComparison.Ordinal);
        }

        return this;
    }
}

using System.Text.RegularExpressions;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>
/// C# in documentation is a region of a file that is compiled and tested: a comment <c>&lt;!-- code: FILE#REGION --&gt;</c> stands in the
/// line above the block.
/// </summary>
internal static partial class CodeBlocks
{
    public static int Count(string page) => Fence().Count(page);

    /// <summary>The page with the text of its regions in its blocks.</summary>
    public static string Fill(string page) => Block().Replace(page, match =>
        $"<!-- code: {match.Groups["file"].Value}#{match.Groups["region"].Value} -->\n```csharp\n"
        + $"{Region(match.Groups["file"].Value, match.Groups["region"].Value)}\n```");

    /// <summary>How many blocks name where they come from.</summary>
    public static int CountNamed(string page) => Block().Count(page);

    private static string Region(string file, string name)
    {
        string[] lines = File.ReadAllLines(Repository.PathOf(file));
        int start = Array.FindIndex(lines, line => line.Trim() == $"#region {name}") + 1;
        Assert.True(start > 0, $"{file} has no region '{name}'");
        int end = Array.FindIndex(lines, start, line => line.Trim() == "#endregion");
        int indent = lines[start].Length - lines[start].TrimStart().Length;
        return string.Join('\n', lines[start..end].Select(line => line.Length >= indent ? line[indent..] : line));
    }

    [GeneratedRegex("^```(csharp|cs|c#)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();

    [GeneratedRegex(@"<!-- code: (?<file>\S+)#(?<region>\S+) -->\n```csharp\n(?:.*\n)*?```")]
    private static partial Regex Block();
}

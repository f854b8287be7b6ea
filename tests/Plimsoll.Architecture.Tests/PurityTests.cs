using System.Xml.Linq;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>The banned calls: that the lists hold them, with a reason, and that the build switches the lists on.</summary>
public sealed class PurityTests
{
    [Theory]
    [InlineData("Repeatable", "P:System.DateTime.UtcNow")]
    [InlineData("Repeatable", "P:System.DateTimeOffset.UtcNow")]
    [InlineData("Repeatable", "T:System.Diagnostics.Stopwatch")]
    [InlineData("Repeatable", "T:System.TimeProvider")]
    [InlineData("Repeatable", "T:System.Random")]
    [InlineData("Repeatable", "M:System.Guid.NewGuid")]
    [InlineData("Repeatable", "T:System.HashCode")]
    [InlineData("Repeatable", "M:System.String.GetHashCode")]
    [InlineData("Pure", "N:System.IO")]
    [InlineData("Pure", "N:System.Net")]
    [InlineData("Pure", "N:System.Threading")]
    [InlineData("Pure", "T:System.Console")]
    [InlineData("Pure", "T:System.Environment")]
    public void The_list_bans(string level, string symbol) =>
        Assert.Contains(Lines(level), line => line.StartsWith(symbol + ";", StringComparison.Ordinal));

    [Theory]
    [InlineData("Repeatable")]
    [InlineData("Pure")]
    public void Every_ban_says_what_to_do_instead(string level) =>
        Assert.All(Lines(level), line => Assert.Matches("^[NTMPFE]:[^;]+;.+[.]$", line));

    [Fact]
    public void The_build_switches_the_lists_on()
    {
        Dictionary<string, string> lists = XElement.Load(Repository.PathOf("Directory.Build.targets"))
            .Descendants("AdditionalFiles")
            .ToDictionary(
                file => file.Attribute("Include")!.Value.Split('/')[^1],
                file => $"{file.Parent!.Attribute("Condition")?.Value} {file.Attribute("Condition")?.Value}".Trim());

        Assert.Equal("'$(Purity)' != ''", lists["BannedSymbols.Repeatable.txt"]);
        Assert.Equal("'$(Purity)' != '' '$(Purity)' == 'Pure'", lists["BannedSymbols.Pure.txt"]);
    }

    private static IEnumerable<string> Lines(string level) =>
        File.ReadLines(Repository.PathOf($"eng/BannedSymbols.{level}.txt")).Where(line => line.Length > 0);
}

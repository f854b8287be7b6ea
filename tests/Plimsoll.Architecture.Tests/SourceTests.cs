using System.Text.RegularExpressions;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>Habits that no analyzer keeps.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".md", ".json", ".txt", ".sh", ".yml", ".yaml", ".html", ".js", ".css", ".csv"];

    [Fact]
    public void A_file_holds_one_public_type_and_is_named_after_it() => Assert.All(Sources(), file =>
    {
        string[] types = [.. PublicType().Matches(Read(file)).Select(match => match.Groups["name"].Value)];
        string name = Path.GetFileName(file).Split('.')[0];
        Assert.True(types.Length <= 1, $"{file} holds {string.Join(", ", types)}");
        Assert.True(types.Length == 0 || name == types[0] || name == types[0] + "OfT", $"{file} holds {types.FirstOrDefault()}");
    });

    [Fact]
    public void No_file_knows_the_machine_it_was_written_on() => Assert.All(
        Repository.Files.Where(file => TextExtensions.Contains(Path.GetExtension(file))),
        file => Assert.DoesNotMatch(AbsolutePath(), Read(file)));

    [Fact]
    public void Missing_documentation_breaks_the_build()
    {
        string settings = Read("Directory.Build.props");

        Assert.Contains("<GenerateDocumentationFile>true</GenerateDocumentationFile>", settings, StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", settings, StringComparison.Ordinal);
        Assert.All(
            Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && TextExtensions.Contains(Path.GetExtension(file))),
            file => Assert.DoesNotContain("CS1591", Read(file), StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources() => Repository.Files.Where(file =>
        file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    private static string Read(string file) => File.ReadAllText(Repository.PathOf(file));

    [GeneratedRegex(
        @"^public\s+(?:(?:sealed|static|abstract|readonly|partial|ref|unsafe)\s+)*"
        + @"(?:record\s+struct|record\s+class|record|class|struct|interface|enum|delegate\s+\S+)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"(?<![\w.~:/}])/(?:home|root|work|Users|mnt)/|\b[A-Z]:\\+\w+\\")]
    private static partial Regex AbsolutePath();
}

using System.Text.RegularExpressions;
using Plimsoll.Policies;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>Documentation that is made from code says what the code says.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Families => [.. PolicyCatalog.Families.Select(family => family.Name)];

    public static TheoryData<string> Pages => [.. Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Families))]
    public void Policy_pages_are_those_of_the_catalogue(string name)
    {
        PolicyFamily family = PolicyCatalog.Families.Single(family => family.Name == name);

        GeneratedText.Expect(PolicyPage.FileOf(family), PolicyPage.Render(family));
    }

    [Fact]
    public void There_are_no_other_policy_pages() => Assert.Empty(Repository.Files
        .Where(file => file.StartsWith("docs/policies/", StringComparison.Ordinal))
        .Except(PolicyCatalog.Families.Select(PolicyPage.FileOf)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_in_documentation_is_compiled_and_tested(string page)
    {
        string text = File.ReadAllText(Repository.PathOf(page));

        Assert.Equal(CodeBlocks.Count(text), CodeBlocks.CountNamed(text));
        GeneratedText.Expect(page, CodeBlocks.Fill(text));
    }

    [Fact]
    public void The_read_me_lists_the_policies_of_the_catalogue() =>
        GeneratedText.Expect("README.md", PolicyList.Fill(File.ReadAllText(Repository.PathOf("README.md"))));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_between_files_lead_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Repository.PathOf(page))!;

        Assert.All(
            Link().Matches(File.ReadAllText(Repository.PathOf(page))).Select(match => match.Groups["file"].Value),
            file => Assert.True(Path.Exists(Path.Combine(folder, file)), $"{page} links to {file}, which does not exist"));
    }

    [GeneratedRegex(@"\]\((?![a-z]+:)(?<file>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}

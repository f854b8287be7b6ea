using Plimsoll.Policies;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>Documentation that is made from code says what the code says.</summary>
public sealed class DocumentationTests
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
}

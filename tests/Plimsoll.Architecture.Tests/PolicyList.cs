using System.Text;
using Plimsoll.Policies;

namespace Plimsoll.Architecture.Tests;

/// <summary>Every policy in one line, made from the catalogue: what stands in a page between two comments.</summary>
internal static class PolicyList
{
    private const string Start = "<!-- policies -->\n";
    private const string End = "<!-- end of policies -->";

    /// <summary>The page with the catalogue of today between the comments.</summary>
    public static string Fill(string page)
    {
        int start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(start >= Start.Length && end >= start, "the page has no place for the policies");
        return page[..start] + Render() + page[end..];
    }

    private static string Render()
    {
        StringBuilder table = new("| family | policy | what it does |\n| --- | --- | --- |\n");
        foreach (PolicyFamily family in PolicyCatalog.Families)
        {
            string file = PolicyPage.FileOf(family);
            foreach (PolicyEntry entry in family.Policies)
            {
                table.Append($"| [{family.Name}]({file}) | [`{entry.Name}`]({file}#{entry.Name}) | {entry.Summary} |\n");
            }
        }

        return table.ToString();
    }
}

using System.Text;
using Plimsoll.Policies;

namespace Plimsoll.Architecture.Tests;

/// <summary>The documentation page of a family, made from the catalogue.</summary>
internal static class PolicyPage
{
    public static string FileOf(PolicyFamily family) => $"docs/policies/{family.Name}.md";

    public static string Render(PolicyFamily family)
    {
        StringBuilder page = new();
        page.Append($"# {char.ToUpperInvariant(family.Name[0])}{family.Name[1..]} policies\n\n");
        page.Append("<!-- Made from the policy catalogue. Change it there and run the architecture tests with PLIMSOLL_UPDATE_DOCS=1. -->\n\n");
        page.Append($"{family.Question}\n\n");
        page.Append("| policy | what it does | must see |\n| --- | --- | --- |\n");
        foreach (PolicyEntry entry in family.Policies)
        {
            string mark = ReferenceEquals(entry, family.Policies[0]) ? " (default)" : "";
            page.Append($"| [`{entry.Name}`](#{entry.Name}){mark} | {entry.Summary} | {Seen(entry)} |\n");
        }

        foreach (PolicyEntry entry in family.Policies)
        {
            Append(page, entry);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, PolicyEntry entry)
    {
        page.Append($"\n## {entry.Name}\n\n{entry.Summary}\n\n");
        page.Append($"- **A bad idea:** {LowerFirst(entry.BadIdea)}\n");
        page.Append($"- **Must see:** {Seen(entry)}.\n");
        page.Append($"- **Source:** {entry.Source}\n");
        if (entry.Options.Count == 0)
        {
            return;
        }

        page.Append("\n| option | default | accepts | unit | meaning |\n| --- | --- | --- | --- | --- |\n");
        foreach (PolicyOption option in entry.Options)
        {
            page.Append($"| `{option.Name}` | {option.Default} | {option.Type}, {option.Range} | {option.Unit} | {option.Meaning} |\n");
        }

        page.Append($"\nWritten `{entry.Name}:{string.Join(',', entry.Options.Select(option => $"{option.Name}=…"))}`.\n");
    }

    private static string Seen(PolicyEntry entry) => entry.Signals == Signals.None ? "nothing" : entry.Signals.ToString();

    private static string LowerFirst(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}

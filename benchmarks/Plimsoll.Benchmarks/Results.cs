using System.Text;
using Plimsoll.Benchmarks.Measuring;

namespace Plimsoll.Benchmarks;

/// <summary>Results that are kept: one page for each model of processor, one section for each verb.</summary>
internal static class Results
{
    private static readonly (string Verb, string Title)[] Sections =
    [
        ("curve", "Cost by length and load"),
        ("features", "What each feature costs"),
        ("lookahead", "Admissions under the look-ahead check"),
        ("routing", "Routing decisions"),
        ("balancing", "Balancing decisions"),
    ];

    /// <summary>Puts the text of a verb into the page of this machine; the other sections stay as they are.</summary>
    public static void Write(string verb, string text)
    {
        string folder = Path.Combine(RepositoryRoot(), "benchmarks", "results", Machine.Slug);
        Directory.CreateDirectory(folder);
        string page = Path.Combine(folder, "README.md");
        string before = File.Exists(page) ? File.ReadAllText(page) : "";
        var after = new StringBuilder($"# {Machine.Processor}\n\nMeasured on: {Machine.Description}.\n");
        foreach ((string name, string title) in Sections)
        {
            string body = name == verb ? Body(verb, text) : Existing(before, title);
            after.Append(body.Length == 0 ? "" : $"\n## {title}\n\n{body.Trim()}\n");
        }

        File.WriteAllText(page, after.ToString());
    }

    private static string Body(string verb, string text) =>
        $"```sh\ndotnet run --project benchmarks/Plimsoll.Benchmarks -c Release -- {verb} --write\n```\n\n{text}";

    private static string Existing(string page, string title)
    {
        string heading = $"\n## {title}\n";
        int start = page.IndexOf(heading, StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        start += heading.Length;
        int end = page.IndexOf("\n## ", start, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Plimsoll.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("no folder above the program holds Plimsoll.slnx");
    }
}

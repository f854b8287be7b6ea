using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests;

/// <summary>The recorded traces beside the repository; tests that need them are skipped where they are absent.</summary>
internal static class SharedData
{
    /// <summary>The data folder, or the current test is skipped.</summary>
    public static string Folder
    {
        get
        {
            string? folder = Find();
            if (folder is null)
            {
                Assert.Skip("the recorded traces (shared/data beside the repository, or in PLIMSOLL_SHARED) are not here");
            }

            return folder;
        }
    }

    private static string? Find()
    {
        List<string> candidates = [];
        if (Environment.GetEnvironmentVariable("PLIMSOLL_SHARED") is { Length: > 0 } shared)
        {
            candidates.AddRange([shared, Path.Combine(shared, "data")]);
        }

        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Plimsoll.slnx")))
        {
            root = root.Parent;
        }

        if (root?.Parent is { } beside)
        {
            candidates.Add(Path.Combine(beside.FullName, "shared", "data"));
        }

        return candidates.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "stats.json")));
    }
}

/// <summary>A folder on disk.</summary>
internal sealed class DiskFolder(string path) : IFolder
{
    public string DisplayName => Path.GetFileName(path);

    public IReadOnlyCollection<string> FileNames => [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))];

    public Stream Open(string fileName) => File.OpenRead(Path.Combine(path, fileName));
}

/// <summary>A folder given by hand.</summary>
internal sealed class MadeUpFolder(params (string Name, string Content)[] files) : IFolder
{
    public string DisplayName => "made-up";

    public IReadOnlyCollection<string> FileNames => [.. files.Select(file => file.Name)];

    public Stream Open(string fileName) =>
        new MemoryStream(System.Text.Encoding.UTF8.GetBytes(files.Single(file => file.Name == fileName).Content));
}

namespace Plimsoll.Testing;

/// <summary>The working copy that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file or folder given by its path from the root, with forward slashes.</summary>
    public static string PathOf(string relative) => Path.Combine([Root, .. relative.Split('/')]);

    /// <summary>Every file that people write, by its path from the root with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Walk(new DirectoryInfo(Root)).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Plimsoll.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("no folder above the tests holds Plimsoll.slnx");
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        IEnumerable<string> here = folder.EnumerateFiles().Where(file => file.Name != ".git").Select(file => file.FullName);
        IEnumerable<DirectoryInfo> below = folder.EnumerateDirectories()
            .Where(child => child.Name is not (".git" or "artifacts" or "bin" or "obj" or "node_modules"));
        return here.Concat(below.SelectMany(Walk));
    }
}

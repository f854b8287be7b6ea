namespace Plimsoll.Performance.Tests;

/// <summary>Finds the shared data folder that may lie beside the repository; tests that need it are skipped without it.</summary>
internal static class SharedData
{
    /// <summary>The path of a file below <c>data</c>, or the end of the test when it is not there.</summary>
    public static string File(string relativePath)
    {
        string? root = Environment.GetEnvironmentVariable("PLIMSOLL_SHARED") ?? BesideRepository();
        string path = root is null ? "" : Path.Combine(root, "data", relativePath);
        if (!System.IO.File.Exists(path))
        {
            Assert.Skip($"the shared data file {relativePath} is not on this machine");
        }

        return path;
    }

    private static string? BesideRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Plimsoll.slnx")))
            {
                return folder.Parent is null ? null : Path.Combine(folder.Parent.FullName, "shared");
            }
        }

        return null;
    }
}

using Xunit;

namespace Plimsoll.Testing;

/// <summary>
/// Recorded data that may lie beside the repository, or where PLIMSOLL_SHARED says; tests that need it are skipped without it.
/// </summary>
public static class SharedData
{
    /// <summary>
    /// The full path of a file or folder of the data, given with forward slashes; ends the test as skipped when it is not there.
    /// </summary>
    public static string PathOf(string relative)
    {
        string shared = Environment.GetEnvironmentVariable("PLIMSOLL_SHARED") is { Length: > 0 } said
            ? said
            : Path.Combine(Repository.Root, "..", "shared");
        string path = Path.Combine([shared, "data", .. relative.Split('/')]);
        if (!Path.Exists(path))
        {
            Assert.Skip("the recorded data (shared/data beside the repository, or in PLIMSOLL_SHARED) is not here");
        }

        return path;
    }
}

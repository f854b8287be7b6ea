using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>Text in the repository that is made from code.</summary>
internal static class GeneratedText
{
    /// <summary>
    /// Requires that the file says exactly this; with PLIMSOLL_UPDATE_DOCS=1 in the environment, makes it say so instead.
    /// </summary>
    public static void Expect(string file, string text)
    {
        string path = Repository.PathOf(file);
        if (Environment.GetEnvironmentVariable("PLIMSOLL_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{file} is missing: run this test with PLIMSOLL_UPDATE_DOCS=1");
        Assert.True(File.ReadAllText(path) == text, $"{file} is out of date: run this test with PLIMSOLL_UPDATE_DOCS=1");
    }
}

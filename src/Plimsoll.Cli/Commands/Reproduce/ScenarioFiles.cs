using Plimsoll.Cli.Setup;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Where scenarios are read from: a folder of the user's, or those that the program carries with it.</summary>
internal static class ScenarioFiles
{
    /// <summary>The fields of a scenario; null when there is none, which is then among the problems.</summary>
    /// <param name="name">Name of the experiment.</param>
    /// <param name="folder">The user's folder; null for the program's own.</param>
    /// <param name="problems">Collects what is wrong.</param>
    public static ScenarioFields? Read(string name, string? folder, InputProblems problems)
    {
        string file = name + ".json";
        if (folder is null)
        {
            using Stream own = typeof(ScenarioFiles).Assembly.GetManifestResourceStream("scenarios/" + file)
                ?? throw new InvalidOperationException($"the program lacks the scenario {file}");
            return ScenarioFields.Read(own, file, problems);
        }

        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            problems.Add("--scenarios", $"there is no file '{path}'");
            return null;
        }

        using Stream stream = File.OpenRead(path);
        return ScenarioFields.Read(stream, path, problems);
    }
}

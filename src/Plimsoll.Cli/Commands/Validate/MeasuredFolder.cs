using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Cli.Setup;

namespace Plimsoll.Cli.Commands.Validate;

/// <summary>A folder of measurements: one folder for each data set, with files at any depth.</summary>
internal sealed record MeasuredFolder(string Path)
{
    private static readonly string[] DefaultPath = ["..", "shared", "data", "measured"];

    /// <summary>The folder that the user named, or the one beside the project; null and a problem when there is none.</summary>
    public static MeasuredFolder? From(string? given, string option, InputProblems problems)
    {
        string path = given ?? System.IO.Path.Combine(DefaultPath);
        if (Directory.Exists(path))
        {
            string below = System.IO.Path.Combine(path, DefaultPath[^1]);
            return new MeasuredFolder(Directory.Exists(below) ? below : path);
        }

        problems.Add(option, given is null
            ? $"the measurements are not beside the project ('{path}'); give the folder that holds them"
            : $"there is no folder '{path}'");
        return null;
    }

    /// <summary>Whether it holds anything of a data set.</summary>
    public bool Has(string name) => Directory.Exists(System.IO.Path.Combine(Path, name));

    /// <summary>Files of a data set, in order of their paths.</summary>
    public IReadOnlyList<MeasuredFile> Of(string name) =>
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Path, name), "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Below: System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/')))
            .OrderBy(pair => pair.Below, StringComparer.Ordinal)
            .Select(pair => new MeasuredFile(pair.Below, () => File.OpenRead(pair.File))),
    ];
}

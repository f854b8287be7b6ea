using System.Xml.Linq;
using Plimsoll.Testing;

namespace Plimsoll.Architecture.Tests;

/// <summary>What a project file says, by the name without "Plimsoll.".</summary>
internal sealed record SourceProject(string Name, string? Purity, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    /// <summary>The projects in src/, in ordinal order.</summary>
    public static IReadOnlyList<SourceProject> All { get; } =
        [.. ProjectFiles.Where(file => file.StartsWith("src/", StringComparison.Ordinal)).Select(Read)];

    public static IEnumerable<string> ProjectFiles => Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static SourceProject Read(string file)
    {
        XElement project = XElement.Load(Repository.PathOf(file));
        return new SourceProject(
            ShortName(file),
            project.Descendants("Purity").SingleOrDefault()?.Value,
            [.. Includes(project, "ProjectReference").Select(ShortName)],
            [.. Includes(project, "PackageReference")]);
    }

    private static IEnumerable<string> Includes(XElement project, string element) =>
        project.Descendants(element).Select(reference => reference.Attribute("Include")!.Value);

    private static string ShortName(string file) =>
        Path.GetFileNameWithoutExtension(file.Replace('\\', '/')).Replace("Plimsoll.", "", StringComparison.Ordinal);
}

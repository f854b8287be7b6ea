using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Setup;

/// <summary>A folder of this machine.</summary>
internal sealed class FolderOnDisk(string path) : IFolder
{
    public string DisplayName => path;

    public IReadOnlyCollection<string> FileNames { get; } =
        [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public Stream Open(string fileName) => File.OpenRead(Path.Combine(path, fileName));
}

using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests;

/// <summary>A folder on disk.</summary>
internal sealed class DiskFolder(string path) : IFolder
{
    public string DisplayName => Path.GetFileName(path);

    public IReadOnlyCollection<string> FileNames => [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))];

    public Stream Open(string fileName) => File.OpenRead(Path.Combine(path, fileName));
}

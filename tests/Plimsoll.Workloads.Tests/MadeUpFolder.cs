using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests;

/// <summary>A folder given by hand.</summary>
internal sealed class MadeUpFolder(params (string Name, string Content)[] files) : IFolder
{
    public string DisplayName => "made-up";

    public IReadOnlyCollection<string> FileNames => [.. files.Select(file => file.Name)];

    public Stream Open(string fileName) =>
        new MemoryStream(System.Text.Encoding.UTF8.GetBytes(files.Single(file => file.Name == fileName).Content));
}

namespace Plimsoll.Workloads.Traces;

/// <summary>A folder of files, for formats that are made of many. The host opens the files.</summary>
public interface IFolder
{
    /// <summary>What to call the folder in messages.</summary>
    string DisplayName { get; }

    /// <summary>Names of the files directly in it, in any order.</summary>
    IReadOnlyCollection<string> FileNames { get; }

    /// <summary>Opens one of them for reading.</summary>
    Stream Open(string fileName);
}

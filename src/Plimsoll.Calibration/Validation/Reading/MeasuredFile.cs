using System.IO.Compression;

namespace Plimsoll.Calibration.Validation.Reading;

/// <summary>A file of measurements, plain or gzip. The host found it and opens it.</summary>
/// <param name="Path">Its path below the folder of measurements, with forward slashes.</param>
/// <param name="Source">Opens it as it is stored.</param>
public sealed record MeasuredFile(string Path, Func<Stream> Source)
{
    private const string Packed = ".gz";

    /// <summary>Its name without folders, and without <c>.gz</c>.</summary>
    public string Name
    {
        get
        {
            string name = Path[(Path.LastIndexOf('/') + 1)..];
            return IsPacked ? name[..^Packed.Length] : name;
        }
    }

    /// <summary>The folder it is in; empty at the top.</summary>
    public string Folder => Path[..Math.Max(0, Path.LastIndexOf('/'))];

    private bool IsPacked => Path.EndsWith(Packed, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it lies somewhere below a folder at the top.</summary>
    public bool IsBelow(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>Opens it for reading, unpacked.</summary>
    public Stream Open() => IsPacked ? new GZipStream(Source(), CompressionMode.Decompress) : Source();
}

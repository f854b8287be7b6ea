namespace Plimsoll.Calibration.Validation.Reading;

/// <summary>A file of measurements. The host found it and opens it.</summary>
/// <param name="Path">Its path below the folder of measurements, with forward slashes.</param>
/// <param name="Open">Opens it for reading.</param>
public sealed record MeasuredFile(string Path, Func<Stream> Open)
{
    /// <summary>Its name without folders.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folder it is in; empty at the top.</summary>
    public string Folder => Path[..Math.Max(0, Path.LastIndexOf('/'))];

    /// <summary>Whether it lies somewhere below a folder at the top.</summary>
    public bool IsBelow(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}

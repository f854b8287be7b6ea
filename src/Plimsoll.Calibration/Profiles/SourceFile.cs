namespace Plimsoll.Calibration.Profiles;

/// <summary>A file to calibrate from.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Open">Opens it, unpacked.</param>
public sealed record SourceFile(string Name, Func<Stream> Open);

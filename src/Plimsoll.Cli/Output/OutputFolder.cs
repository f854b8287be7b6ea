namespace Plimsoll.Cli.Output;

/// <summary>
/// A folder for results. Each file is written under another name and moved into place when it is complete, so that nobody finds
/// half a report.
/// </summary>
internal sealed class OutputFolder
{
    private readonly string _path;

    private OutputFolder(string path) => _path = path;

    /// <summary>Opens the folder, creating it when it is missing.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static OutputFolder Open(string path)
    {
        Directory.CreateDirectory(path);
        return new OutputFolder(path);
    }

    public string PathOf(string name) => Path.Combine(_path, name);

    public void Write(string name, Action<Stream> write)
    {
        string finished = PathOf(name);
        string unfinished = finished + ".part";
        using (FileStream file = File.Create(unfinished))
        {
            write(file);
        }

        File.Move(unfinished, finished, overwrite: true);
    }

    public void WriteText(string name, Action<TextWriter> write) => Write(name, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });
}

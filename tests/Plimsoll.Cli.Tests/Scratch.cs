using System.IO.Compression;
using System.Text;

namespace Plimsoll.Cli.Tests;

/// <summary>A folder of a test's own, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    /// <summary>The first line of Plimsoll's own format.</summary>
    public const string Header = "arrival_seconds,prompt_tokens,output_tokens\n";

    public string Folder { get; } = Directory.CreateTempSubdirectory("plimsoll-test-").FullName;

    /// <summary>Full path of a name.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Names of everything in it, in order.</summary>
    public string[] Names => NamesIn("");

    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Names of everything in a folder of it, in order.</summary>
    public string[] NamesIn(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(this[folder]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string Read(string name) => File.ReadAllText(this[name]);

    /// <summary>Runs the program in this folder.</summary>
    public CliResult Run(params string[] arguments) => Cli.Run(Folder, _ => { }, arguments);

    /// <summary>Runs the program in this folder with this on standard input.</summary>
    public CliResult RunWith(string input, params string[] arguments) =>
        Cli.Run(Folder, stream => stream.Write(Encoding.UTF8.GetBytes(input)), arguments);

    /// <summary>A text as gzip.</summary>
    public static byte[] Packed(string content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(content));
        }

        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

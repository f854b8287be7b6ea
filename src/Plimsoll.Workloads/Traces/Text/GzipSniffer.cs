using System.IO.Compression;

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>Unpacks gzip when the content says so, whatever the file is called.</summary>
internal static class GzipSniffer
{
    // Without this the framework takes data that is cut short for data that ends. It is looked at once in a process, when something is
    // first unpacked, so hosts that unpack earlier set it in their runtime configuration.
    static GzipSniffer() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public static Stream Unwrap(Stream stream)
    {
        byte[] magic = new byte[2];
        int count = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        PrefixedStream whole = new(magic.AsMemory(0, count), stream);
        return magic is [0x1F, 0x8B] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}

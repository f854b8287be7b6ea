using System.IO.Compression;

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>Unpacks gzip when the content says so, whatever the file is called.</summary>
internal static class GzipSniffer
{
    public static Stream Unwrap(Stream stream)
    {
        byte[] magic = new byte[2];
        int count = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        PrefixedStream whole = new(magic.AsMemory(0, count), stream);
        return magic is [0x1F, 0x8B] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}

using System.Buffers.Text;

namespace Plimsoll.LoadGen.Http;

/// <summary>The head of an HTTP/1.1 answer (RFC 9112), as far as a load generator needs it.</summary>
/// <param name="Status">Status code.</param>
/// <param name="ContentLength">Bytes of the body; −1 when the head does not say.</param>
/// <param name="Chunked">Whether the body comes in chunks.</param>
/// <param name="KeepsAlive">Whether the connection may be used again.</param>
/// <param name="IsEventStream">Whether the body is a stream of events.</param>
internal readonly record struct ResponseHead(int Status, long ContentLength, bool Chunked, bool KeepsAlive, bool IsEventStream)
{
    /// <summary>The longest head that is read.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>Reads a head; 0 when it is not whole yet, otherwise how many bytes it has.</summary>
    /// <exception cref="InvalidDataException">This is no HTTP.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, out ResponseHead head)
    {
        head = default;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return bytes.Length > MostBytes || !MayBeHttp(bytes) ? throw NotHttp() : 0;
        }

        ReadOnlySpan<byte> lines = bytes[..(end + 2)];
        int lineEnd = lines.IndexOf("\r\n"u8);
        head = StatusLine(lines[..lineEnd]);
        for (lines = lines[(lineEnd + 2)..]; !lines.IsEmpty; lines = lines[(lineEnd + 2)..])
        {
            lineEnd = lines.IndexOf("\r\n"u8);
            head = Field(lines[..lineEnd], head);
        }

        return end + 4;
    }

    private static bool MayBeHttp(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = "HTTP/1."u8;
        int common = Math.Min(bytes.Length, start.Length);
        return bytes[..common].SequenceEqual(start[..common]);
    }

    private static ResponseHead StatusLine(ReadOnlySpan<byte> line)
    {
        if (!MayBeHttp(line) || line.Length < 12 || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out int digits) || digits != 3
            || status < 100)
        {
            throw NotHttp();
        }

        return new ResponseHead(status, -1, false, line[7] != (byte)'0', false);
    }

    private static ResponseHead Field(ReadOnlySpan<byte> line, ResponseHead head)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw NotHttp();
        }

        ReadOnlySpan<byte> name = line[..colon];
        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        if (Is(name, "content-length"u8))
        {
            return Utf8Parser.TryParse(value, out long length, out int digits) && digits == value.Length && length >= 0
                ? head with { ContentLength = length }
                : throw NotHttp();
        }

        if (Is(name, "transfer-encoding"u8))
        {
            return head with { Chunked = value.Length >= 7 && Is(value[^7..], "chunked"u8) };
        }

        if (Is(name, "connection"u8))
        {
            return head with { KeepsAlive = Is(value, "close"u8) ? false : head.KeepsAlive || Is(value, "keep-alive"u8) };
        }

        return Is(name, "content-type"u8)
            ? head with { IsEventStream = value.Length >= 17 && Is(value[..17], "text/event-stream"u8) }
            : head;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => System.Text.Ascii.EqualsIgnoreCase(text, lowerCase);

    private static InvalidDataException NotHttp() => new("the server does not answer in HTTP/1.1");
}

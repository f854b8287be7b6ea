using System.Buffers.Text;

namespace Plimsoll.LoadGen.Http;

/// <summary>
/// Takes the body out of what a connection brings, in whatever pieces it comes: by its length, in chunks, or up to the end of the
/// connection (RFC 9112, 6 and 7). A value that remembers where it is.
/// </summary>
internal struct BodyFraming
{
    private const int LongestLine = 4096;

    private enum Stage
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Ended,
        ByLength,
        ToTheEnd,
    }

    private Stage _stage;
    private long _left;

    public BodyFraming(in ResponseHead head)
    {
        bool isEmpty = head.Status is 204 or 304 || (!head.Chunked && head.ContentLength == 0);
        _stage = isEmpty ? Stage.Ended : head.Chunked ? Stage.Size : head.ContentLength > 0 ? Stage.ByLength : Stage.ToTheEnd;
        _left = head.ContentLength;
    }

    /// <summary>Whether the body is complete.</summary>
    public readonly bool Ended => _stage == Stage.Ended;

    /// <summary>Whether the end of the connection is the end of the body.</summary>
    public readonly bool EndsWithConnection => _stage == Stage.ToTheEnd;

    /// <summary>
    /// The next piece of the body; empty when more bytes are needed or the body has ended. <paramref name="used"/> says how many of the
    /// bytes are done with.
    /// </summary>
    /// <exception cref="InvalidDataException">The chunks are broken.</exception>
    public ReadOnlySpan<byte> Next(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (used < bytes.Length && _stage != Stage.Ended)
        {
            ReadOnlySpan<byte> rest = bytes[used..];
            switch (_stage)
            {
                case Stage.ToTheEnd:
                    used = bytes.Length;
                    return rest;
                case Stage.ByLength or Stage.Data:
                    int length = (int)Math.Min(rest.Length, _left);
                    used += length;
                    _left -= length;
                    _stage = _left > 0 ? _stage : _stage == Stage.Data ? Stage.DataEnd : Stage.Ended;
                    return rest[..length];
                default:
                    int end = rest.IndexOf((byte)'\n');
                    if (end < 0)
                    {
                        return rest.Length > LongestLine ? throw Broken() : default;
                    }

                    Line(rest[..end].TrimEnd((byte)'\r'));
                    used += end + 1;
                    break;
            }
        }

        return default;
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        if (_stage == Stage.Size)
        {
            int extension = line.IndexOf((byte)';');
            ReadOnlySpan<byte> size = (extension < 0 ? line : line[..extension]).Trim((byte)' ');
            if (!Utf8Parser.TryParse(size, out _left, out int digits, 'x') || digits != size.Length || _left < 0)
            {
                throw Broken();
            }

            _stage = _left == 0 ? Stage.Trailer : Stage.Data;
        }
        else if (_stage == Stage.DataEnd)
        {
            _stage = line.IsEmpty ? Stage.Size : throw Broken();
        }
        else if (line.IsEmpty)
        {
            _stage = Stage.Ended;
        }
    }

    private static InvalidDataException Broken() => new("the chunks of the answer are broken");
}

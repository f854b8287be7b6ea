namespace Plimsoll.Workloads.Traces.Text;

/// <summary>Splits a stream into lines (LF or CRLF, the last with or without) in bounded memory; drops a byte-order mark.</summary>
internal sealed class LineScanner
{
    /// <summary>Longer lines, in bytes, are skipped.</summary>
    public const int MaxLineBytes = 1 << 20;

    private readonly ByteWindow _window;

    public LineScanner(Stream stream)
    {
        _window = new ByteWindow(stream);
        while (_window.Unread.Length < 3 && _window.Fill(3))
        {
        }

        if (_window.Unread.StartsWith("\uFEFF"u8))
        {
            _window.Advance(3);
        }
    }

    /// <summary>Number of the line last returned, from 1.</summary>
    public long LineNumber { get; private set; }

    public string? Damage => _window.Damage;

    /// <summary>The beginning of what comes next, up to <paramref name="limit"/> bytes or a little more, without using it up.</summary>
    public ReadOnlySpan<byte> Peek(int limit)
    {
        while (_window.Fill(limit))
        {
        }

        return _window.Unread;
    }

    /// <summary>The window itself, for formats that are not made of lines.</summary>
    public ByteWindow Window => _window;

    /// <summary>The next line without its end; valid until the next call.</summary>
    public LineResult Next(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> unread = _window.Unread;
            int end = unread[searched..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                return Take(unread[..(searched + end)], searched + end + 1, out line);
            }

            searched = unread.Length;
            if (!_window.Fill(MaxLineBytes + 1))
            {
                return AtLastLine(out line);
            }
        }
    }

    private LineResult AtLastLine(out ReadOnlySpan<byte> line)
    {
        if (!_window.AtEnd)
        {
            return SkipLongLine(out line);
        }

        ReadOnlySpan<byte> unread = _window.Unread;
        if (unread.IsEmpty || _window.Damage is not null)
        {
            line = default;
            return LineResult.End;
        }

        return Take(unread, unread.Length, out line);
    }

    private LineResult Take(ReadOnlySpan<byte> content, int used, out ReadOnlySpan<byte> line)
    {
        LineNumber++;
        _window.Advance(used);
        line = content is [.., (byte)'\r'] ? content[..^1] : content;
        return line.Length <= MaxLineBytes ? LineResult.Line : LineResult.TooLong;
    }

    private LineResult SkipLongLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        LineNumber++;
        do
        {
            int end = _window.Unread.IndexOf((byte)'\n');
            _window.Advance(end < 0 ? _window.Unread.Length : end + 1);
            if (end >= 0)
            {
                break;
            }
        }
        while (_window.Fill(MaxLineBytes));
        return LineResult.TooLong;
    }
}

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>A moving window over a stream: what was read and not yet used, in one reused buffer.</summary>
internal sealed class ByteWindow(Stream stream)
{
    private const int FirstSize = 1 << 16;
    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public bool AtEnd { get; private set; }

    /// <summary>Why the content ends early, if it is damaged.</summary>
    public string? Damage { get; private set; }

    public void Advance(int count) => _start += count;

    /// <summary>Reads more behind what is unread; false at the end, or when <paramref name="limit"/> bytes are already unread.</summary>
    public bool Fill(int limit)
    {
        if (AtEnd || _end - _start >= limit)
        {
            return false;
        }

        MakeRoom(limit);
        int read = ReadSome();
        AtEnd = read == 0;
        _end += read;
        return read > 0;
    }

    private void MakeRoom(int limit)
    {
        int unread = _end - _start;
        int larger = (int)Math.Min(_buffer.Length * 2L, limit + (long)FirstSize);
        byte[] target = unread > _buffer.Length / 2 && larger > _buffer.Length ? new byte[larger] : _buffer;
        if (_start > 0 || target != _buffer)
        {
            Buffer.BlockCopy(_buffer, _start, target, 0, unread);
            (_buffer, _start, _end) = (target, 0, unread);
        }
    }

    private int ReadSome()
    {
        try
        {
            return stream.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException failure)
        {
            Damage = "the gzip data is damaged or cut short: " + failure.Message;
            return 0;
        }
    }
}

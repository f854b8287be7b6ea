using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces;

/// <summary>Puts requests on a stream, one after another, through a buffer of its own.</summary>
internal abstract class TraceRowWriter(Stream stream)
{
    private const int Room = 64;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Size in tokens of the blocks whose hashes the format holds; 0 for any.</summary>
    public virtual int OnlyBlockTokens => 0;

    public abstract void Write(in InferenceRequest request);

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
        stream.Flush();
    }

    protected void Put(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            MakeRoom();
            int count = Math.Min(bytes.Length, _buffer.Length - _used);
            bytes[..count].CopyTo(_buffer.AsSpan(_used));
            _used += count;
            bytes = bytes[count..];
        }
    }

    protected void Put(long number)
    {
        MakeRoom();
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
        _used += written;
    }

    protected void PutUnsigned(ulong number)
    {
        MakeRoom();
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
        _used += written;
    }

    /// <summary>Nanoseconds as seconds, with as many digits as needed.</summary>
    protected void PutSeconds(long nanoseconds)
    {
        MakeRoom();
        decimal seconds = nanoseconds / 1_000_000_000m;
        seconds.TryFormat(_buffer.AsSpan(_used), out int written, "0.#########", CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>A CSV field, in quotes when it must be. A line end becomes a space: fields may not contain one.</summary>
    protected void PutField(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        string oneLine = text.ReplaceLineEndings(" ");
        bool quote = oneLine.AsSpan().ContainsAny(",\" ");
        Put(Encoding.UTF8.GetBytes(quote ? "\"" + oneLine.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : oneLine));
    }

    private void MakeRoom()
    {
        if (_buffer.Length - _used < Room)
        {
            stream.Write(_buffer, 0, _used);
            _used = 0;
        }
    }
}

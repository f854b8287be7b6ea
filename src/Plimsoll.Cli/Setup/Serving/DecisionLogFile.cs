using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>
/// A file of the decision log, line by line. What was cut off at its end is left out; anything else that is wrong is an error.
/// </summary>
internal sealed class DecisionLogFile
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly DecisionReader _reader = new();
    private int _next;

    private DecisionLogFile(string name, ReadOnlyMemory<byte> bytes) => (Name, _bytes) = (name, bytes);

    public string Name { get; }

    /// <summary>Number of the line that was read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether the end was cut off.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What it says of itself; null if it was cut off before that was written.</summary>
    public DecisionLogHead? Head => _reader.Head;

    /// <summary>What it begins with; null if it was cut off before that was written whole.</summary>
    public DispatcherState? State => _reader.State;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecisionLogFile Open(string name)
    {
        using var file = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new DecisionLogFile(name, bytes.AsMemory(0, read));
    }

    /// <summary>Reads the head and the state.</summary>
    /// <exception cref="FormatException">It is broken at <see cref="Line"/>.</exception>
    public void ReadState()
    {
        while (State is null && NextObject() is { } json)
        {
            _reader.Read(json);
        }
    }

    /// <summary>Reads the next event; null at the end.</summary>
    /// <exception cref="FormatException">It is broken at <see cref="Line"/>.</exception>
    public DecisionEvent? Next() => NextObject() is { } json ? _reader.Read(json) : null;

    private ReadOnlyMemory<byte>? NextObject()
    {
        if (_next >= _bytes.Length)
        {
            return null;
        }

        ReadOnlyMemory<byte> rest = _bytes[_next..];
        int end = rest.Span.IndexOf((byte)'\n');
        Line++;
        _next = end < 0 ? _bytes.Length : _next + end + 1;
        if (end >= 0 && DecisionLine.TryRead(rest[..end], out ReadOnlyMemory<byte> json))
        {
            return json;
        }

        // Only the last line may have been written in part.
        IsCut = _next >= _bytes.Length && (Line > 1 || end < 0);
        return IsCut ? null : throw new FormatException("this is no line of a decision log, or it was changed: its checksum does not fit");
    }
}

using System.Buffers;
using System.Text;

namespace Plimsoll.LoadGen.Prompts;

/// <summary>Bytes of one request in rented memory, which grows while they are written and is given back at the end.</summary>
public sealed class RequestBytes : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(2048);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The bytes, for sending them later.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Adds a number.</summary>
    public void Add(long number)
    {
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(number, Room(20), out int written);
        Length += written;
    }

    /// <summary>Cuts off what lies beyond a length.</summary>
    public void CutTo(int length) => Length = length;

    /// <summary>Writes over bytes that are there, such as a length that is known only now.</summary>
    internal void Replace(int at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(at, Length - at));

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        Length = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Span);

    private Span<byte> Room(int more)
    {
        if (Length + more > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + more, _bytes.Length * 2));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length, more);
    }
}

using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>A request's body, whole, in memory that is given back: it is needed before a replica is chosen, and again if that one fails.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private const int FirstRoom = 4096;

    private byte[] _bytes;
    private int _length;

    private BodyBuffer(int room) => _bytes = ArrayPool<byte>.Shared.Rent(room);

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads it; null when it is longer than <paramref name="limit"/> bytes, of which then no more were read.</summary>
    public static async Task<BodyBuffer?> ReadAsync(HttpRequest request, int limit, CancellationToken stop)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var buffer = new BodyBuffer((int)Math.Max(FirstRoom, request.ContentLength + 1 ?? 0));
        try
        {
            while (await request.Body.ReadAsync(buffer._bytes.AsMemory(buffer._length), stop).ConfigureAwait(false) is var read and > 0)
            {
                buffer._length += read;
                if (buffer._length > limit)
                {
                    buffer.Dispose();
                    return null;
                }

                buffer.MakeRoom();
            }

            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void MakeRoom()
    {
        if (_length < _bytes.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}

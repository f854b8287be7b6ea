using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// A request's body, whole, in memory that is given back: it is needed before a replica is chosen, and again if that one fails. An engine
/// may answer before it has read everything, and a client may leave meanwhile, so whoever reads holds it: it goes back when the last one
/// lets go.
/// </summary>
internal sealed class BodyBuffer : IDisposable
{
    private const int FirstRoom = 4096;

    // No more is set aside for a body on its sender's word alone.
    private const int MostTrusted = 1 << 20;

    private byte[] _bytes;
    private int _length;
    private int _holders = 1;

    private BodyBuffer(int room) => _bytes = ArrayPool<byte>.Shared.Rent(room);

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads it; null when it is longer than <paramref name="limit"/> bytes, of which then no more were read.</summary>
    public static async Task<BodyBuffer?> ReadAsync(HttpRequest request, int limit, CancellationToken stop)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var buffer = new BodyBuffer((int)Math.Clamp(request.ContentLength + 1 ?? 0, FirstRoom, MostTrusted));
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

    /// <summary>Holds the memory until <see cref="Dispose"/> is called once more; false if it is gone already.</summary>
    public bool TryHold()
    {
        for (int seen = Volatile.Read(ref _holders); seen > 0;)
        {
            int before = Interlocked.CompareExchange(ref _holders, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            (_bytes, _length) = ([], 0);
        }
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

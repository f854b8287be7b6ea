using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Plimsoll.Wire.Zmtp;

namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>
/// Asks an engine for batches of KV events that it published before, as vLLM answers at its <c>replay_endpoint</c>: the question is an
/// empty part and the first number that is wanted, eight bytes; each answer an empty part, a number and a batch; the last has the number
/// −1.
/// </summary>
internal static class MissedBatches
{
    private const long End = -1;

    /// <summary>The batches that the engine still has, from a number on, in the order in which it sends them.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="InvalidDataException">Somebody else does.</exception>
    /// <exception cref="FormatException">An answer is none.</exception>
    public static async IAsyncEnumerable<(long Sequence, byte[] Batch)> FromAsync(
        Uri address, long first, [EnumeratorCancellation] CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, stop).ConfigureAwait(false);
        ZmtpConversation engine = await ZmtpConversation.AskAsync(
            new NetworkStream(socket), ZmtpSubscriber.DefaultMostMessageBytes, stop).ConfigureAwait(false);
        byte[] number = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, first);
        await engine.SendAsync([ReadOnlyMemory<byte>.Empty, number], stop).ConfigureAwait(false);
        while (true)
        {
            IReadOnlyList<byte[]> parts = await engine.ReadAsync(stop).ConfigureAwait(false);
            if (parts is not [{ Length: 0 }, { Length: 8 } sequence, { } batch])
            {
                throw new FormatException($"an answer of {parts.Count} parts, where an empty one, a number and a batch should be");
            }

            if (BinaryPrimitives.ReadInt64BigEndian(sequence) is var sent && sent == End)
            {
                yield break;
            }

            yield return (sent, batch);
        }
    }
}

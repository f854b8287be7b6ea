using System.Buffers.Binary;
using System.Net.Sockets;
using Plimsoll.Wire.KvEvents;
using Plimsoll.Wire.Zmtp;

namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>
/// Listens to the KV events of one replica as long as it is there, and connects again after a while whenever that ends. What it learns
/// goes to the
/// replica's <see cref="EngineCache"/>; when the engine has lost its cache, or may have, the dispatcher forgets what it sent there.
/// </summary>
internal sealed class CacheWatch(Replica replica, Fleet fleet, TimeProvider time)
{
    private const double FirstPauseSeconds = 0.1;
    private const double LongestPauseSeconds = 5;
    private const int HandshakeSeconds = 5;

    /// <summary>Listens until it is stopped.</summary>
    public async Task RunAsync(Uri address, CancellationToken stop)
    {
        double pause = FirstPauseSeconds;
        while (!stop.IsCancellationRequested)
        {
            (bool began, string why) = await ListenAsync(address, stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (began)
            {
                replica.Cache.End();
                fleet.LostEvents(replica, why);
                pause = FirstPauseSeconds;
            }

            await Task.Delay(TimeSpan.FromSeconds(pause), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = Math.Min(2 * pause, LongestPauseSeconds);
        }
    }

    private async Task<(bool Began, string Why)> ListenAsync(Uri address, CancellationToken stop)
    {
        bool began = false;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // An engine that vanished without a word is noticed by the system after a while.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            ZmtpSubscriber subscriber;
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                patience.CancelAfter(TimeSpan.FromSeconds(HandshakeSeconds));
                await socket.ConnectAsync(address.Host, address.Port, patience.Token).ConfigureAwait(false);
                subscriber = await ZmtpSubscriber.SubscribeAsync(
                    new NetworkStream(socket), default, ZmtpSubscriber.DefaultMostMessageBytes, patience.Token).ConfigureAwait(false);
            }

            replica.Cache.Begin();
            began = true;
            while (true)
            {
                Take(await subscriber.ReadAsync(stop).ConfigureAwait(false));
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or InvalidDataException or FormatException or OperationCanceledException)
        {
            return (began, gone.Message);
        }
    }

    // Topic, sequence, batch.
    private void Take(IReadOnlyList<byte[]> parts)
    {
        if (parts is not [_, { Length: 8 } number, { } payload])
        {
            throw new FormatException($"a message of {parts.Count} parts, where topic, sequence and batch should be");
        }

        if (replica.Cache.Take(BinaryPrimitives.ReadInt64BigEndian(number), KvEventReader.Read(payload)))
        {
            fleet.Forgot(replica, keptTokens: 0);
        }

        fleet.Changed(replica, replica.Cache.TakeChanges());
    }
}

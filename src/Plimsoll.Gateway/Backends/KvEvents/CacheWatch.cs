using System.Buffers.Binary;
using System.Net.Sockets;
using Plimsoll.Wire.KvEvents;
using Plimsoll.Wire.Zmtp;

namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>
/// Listens to the KV events of one replica as long as it is there, and connects again after a while whenever that ends. Batches that it
/// missed it asks for, where the engine can be asked. What it learns goes to the replica's <see cref="EngineCache"/> and, as far as
/// prefixes are concerned, to the dispatcher, which also forgets what it sent there when the engine has lost its cache, or may have.
/// </summary>
internal sealed class CacheWatch(Replica replica, Fleet fleet, TimeProvider time)
{
    private const double FirstPauseSeconds = 0.1;
    private const double LongestPauseSeconds = 5;
    private const int HandshakeSeconds = 5;
    private const int ReplaySeconds = 10;
    private const long None = -1;

    private readonly EngineCache _cache = replica.Cache;
    private readonly Uri? _replay = replica.Backend.KvReplay;

    // The last batch that was published to us, and the last of those that we asked for: what lies between is published, and known already.
    private long _heard;
    private long _replayed;

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
                _cache.End();
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

            (_heard, _replayed) = (None, None);
            _cache.Begin();
            began = true;
            await AskAsync(0, stop).ConfigureAwait(false);
            while (true)
            {
                await TakeAsync(await subscriber.ReadAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or InvalidDataException or FormatException or OperationCanceledException)
        {
            return (began, gone.Message);
        }
    }

    // Topic, sequence, batch.
    private async Task TakeAsync(IReadOnlyList<byte[]> parts, CancellationToken stop)
    {
        if (parts is not [_, { Length: 8 } number, { } payload])
        {
            throw new FormatException($"a message of {parts.Count} parts, where topic, sequence and batch should be");
        }

        long sequence = BinaryPrimitives.ReadInt64BigEndian(number);
        if (!IsReplayed(sequence) && _cache.Last is { } last && sequence > last + 1)
        {
            await AskAsync(last + 1, stop).ConfigureAwait(false);
        }

        bool isKnown = IsReplayed(sequence);
        _heard = sequence;
        if (!isKnown)
        {
            _replayed = None;
            Tell(_cache.Take(sequence, KvEventReader.Read(payload)));
        }
    }

    private bool IsReplayed(long sequence) => sequence > _heard && sequence <= _replayed;

    // What cannot be had is missing, as it would be without asking.
    private async Task AskAsync(long first, CancellationToken stop)
    {
        if (_replay is null)
        {
            return;
        }

        bool forgets = false;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(ReplaySeconds));
        try
        {
            await foreach ((long sequence, byte[] batch) in MissedBatches.FromAsync(_replay, first, patience.Token).ConfigureAwait(false))
            {
                forgets |= _cache.Take(sequence, KvEventReader.Read(batch), isReplayed: true);
                _replayed = sequence;
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or InvalidDataException or FormatException
            || (gone is OperationCanceledException && !stop.IsCancellationRequested))
        {
            fleet.NotReplayed(replica, gone.Message);
        }

        Tell(forgets);
    }

    private void Tell(bool forgets)
    {
        if (forgets)
        {
            fleet.Forgot(replica, keptTokens: 0);
        }

        fleet.Changed(replica, _cache.TakeChanges());
    }
}

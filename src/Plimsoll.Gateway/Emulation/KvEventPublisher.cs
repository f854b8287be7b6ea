using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Plimsoll.Core;
using Plimsoll.Wire.KvEvents;
using Plimsoll.Wire.Zmtp;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// Publishes KV cache events as vLLM does: ZeroMQ, with an empty topic, a sequence number of eight bytes that counts from 0, and the batch.
/// Who is slow or comes late misses batches.
/// </summary>
internal sealed class KvEventPublisher : IAsyncDisposable
{
    private const int MostWaiting = 10_000;
    private const int MostSubscribers = 64;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Subscriber> _subscribers = [];
    private readonly TimeProvider _time;
    private readonly Task _accepting;
    private readonly KvEventReplay? _replay;
    private RandomStream _dice;
    private long _sequence;

    /// <summary>Publishes from now on.</summary>
    /// <param name="at">Where; port 0 for any free one.</param>
    /// <param name="time">The clock that batches are stamped by.</param>
    /// <param name="dice">Decides which batches a fault loses.</param>
    /// <param name="replay">Keeps what was published, lost batches too; null for nobody.</param>
    /// <exception cref="SocketException">Nothing can listen there.</exception>
    public KvEventPublisher(IPEndPoint at, TimeProvider time, RandomStream dice, KvEventReplay? replay = null)
    {
        (_time, _dice, _replay) = (time, dice, replay);
        _listener = new TcpListener(at);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it publishes.</summary>
    public Uri Address => new($"tcp://{(IPEndPoint)_listener.LocalEndpoint}");

    /// <summary>Share of the batches that are counted but not sent, from 0 to 1.</summary>
    public double LostShare { get; set; }

    /// <summary>Whether somebody gets what is published now.</summary>
    public bool HasSubscribers
    {
        get
        {
            lock (_lock)
            {
                return _subscribers.Any(subscriber => subscriber.Publication?.HasTopics == true);
            }
        }
    }

    /// <summary>Publishes what happened, unless that is nothing.</summary>
    public void Publish(IReadOnlyList<KvEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        byte[] sequence = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(sequence, _sequence);
        double time = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        byte[] batch = KvEventWriter.Write(new KvEventBatch(time, events));
        _replay?.Keep(_sequence, batch);
        _sequence++;
        if (_dice.NextOpenUnit() < LostShare)
        {
            return;
        }

        ReadOnlyMemory<byte>[] message = [ReadOnlyMemory<byte>.Empty, sequence, batch];
        lock (_lock)
        {
            foreach (Subscriber subscriber in _subscribers)
            {
                subscriber.Waiting.Writer.TryWrite(message);
            }
        }
    }

    /// <summary>Breaks every connection and counts from 0 again, as a new process does.</summary>
    public void Restart()
    {
        _replay?.Restart();
        lock (_lock)
        {
            _sequence = 0;
            foreach (Subscriber subscriber in _subscribers)
            {
                subscriber.Connection.Close();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        Task[] open;
        lock (_lock)
        {
            open = [.. _subscribers.Select(subscriber => subscriber.Serving)];
        }

        await Task.WhenAll(open).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient connection = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                Add(connection);
            }
            catch (Exception gone) when (gone is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Who broke off before anybody answered is nobody's loss; at the end the loop does too.
            }
        }
    }

    private void Add(TcpClient connection)
    {
        lock (_lock)
        {
            if (_subscribers.Count == MostSubscribers)
            {
                connection.Dispose();
                return;
            }

            var subscriber = new Subscriber(connection);
            _subscribers.Add(subscriber);
            subscriber.Serving = Task.Run(() => ServeAsync(subscriber));
        }
    }

    private async Task ServeAsync(Subscriber subscriber)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            subscriber.Connection.NoDelay = true;
            NetworkStream stream = subscriber.Connection.GetStream();
            ZmtpPublication publication = await ZmtpPublication.AcceptAsync(stream, stop.Token).ConfigureAwait(false);
            subscriber.Publication = publication;
            Task sending = SendAsync(subscriber, publication, stop.Token);
            Task listening = ListenAsync(publication, stop.Token);
            await Task.WhenAny(sending, listening).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sending, listening).ConfigureAwait(false);
        }
        catch (Exception gone) when (
            gone is IOException or InvalidDataException or OperationCanceledException or InvalidOperationException or SocketException)
        {
            // The subscriber has gone, or is none.
        }
        finally
        {
            lock (_lock)
            {
                _subscribers.Remove(subscriber);
            }

            subscriber.Connection.Dispose();
        }
    }

    private static async Task SendAsync(Subscriber subscriber, ZmtpPublication publication, CancellationToken stop)
    {
        await foreach (ReadOnlyMemory<byte>[] message in subscriber.Waiting.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            await publication.SendAsync(message, stop).ConfigureAwait(false);
        }
    }

    private static async Task ListenAsync(ZmtpPublication publication, CancellationToken stop)
    {
        while (true)
        {
            await publication.ListenAsync(stop).ConfigureAwait(false);
        }
    }

    private sealed class Subscriber(TcpClient connection)
    {
        public TcpClient Connection => connection;

        public Channel<ReadOnlyMemory<byte>[]> Waiting { get; } = Channel.CreateBounded<ReadOnlyMemory<byte>[]>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        public ZmtpPublication? Publication { get; set; }

        public Task Serving { get; set; } = Task.CompletedTask;
    }
}

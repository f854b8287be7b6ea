using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Plimsoll.Wire.Zmtp;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// Sends batches of KV events again to those who missed them, as vLLM does: a ZeroMQ ROUTER that is asked from which number on, answers
/// with what it still has, the last <see cref="MostBatches"/>, and ends with the number −1.
/// </summary>
internal sealed class KvEventReplay : IAsyncDisposable
{
    /// <summary>Most batches kept.</summary>
    public const int MostBatches = 10_000;

    private const int MostAsking = 64;
    private const int MostQuestionBytes = 4096;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Queue<(long Sequence, byte[] Batch)> _kept = [];
    private readonly List<(TcpClient Connection, Task Serving)> _asking = [];
    private readonly Task _accepting;

    /// <summary>Answers from now on.</summary>
    /// <param name="at">Where; port 0 for any free one.</param>
    /// <exception cref="SocketException">Nothing can listen there.</exception>
    public KvEventReplay(IPEndPoint at)
    {
        _listener = new TcpListener(at);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it answers.</summary>
    public Uri Address => new($"tcp://{(IPEndPoint)_listener.LocalEndpoint}");

    /// <summary>Keeps a batch that was published, or should have been.</summary>
    public void Keep(long sequence, byte[] batch)
    {
        lock (_lock)
        {
            if (_kept.Count == MostBatches)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue((sequence, batch));
        }
    }

    /// <summary>Breaks every connection and has nothing any more, as a new process does.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _kept.Clear();
            _asking.ForEach(one => one.Connection.Close());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        Task all;
        lock (_lock)
        {
            all = Task.WhenAll(_asking.Select(one => one.Serving));
        }

        await all.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Add(await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false));
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
            _asking.RemoveAll(one => one.Serving.IsCompleted);
            if (_asking.Count == MostAsking)
            {
                connection.Dispose();
                return;
            }

            _asking.Add((connection, Task.Run(() => ServeAsync(connection))));
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using TcpClient open = connection;
        try
        {
            open.NoDelay = true;
            ZmtpConversation asking =
                await ZmtpConversation.AnswerAsync(open.GetStream(), MostQuestionBytes, _stop.Token).ConfigureAwait(false);
            while (true)
            {
                // Other questions have no answer.
                if (await asking.ReadAsync(_stop.Token).ConfigureAwait(false) is [{ Length: 0 }, { Length: 8 } first])
                {
                    await AnswerAsync(asking, BinaryPrimitives.ReadInt64BigEndian(first)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception gone) when (
            gone is IOException or InvalidDataException or OperationCanceledException or InvalidOperationException or SocketException)
        {
            // Who asked has gone, or is no such socket.
        }
    }

    private async Task AnswerAsync(ZmtpConversation asking, long first)
    {
        (long Sequence, byte[] Batch)[] kept;
        lock (_lock)
        {
            kept = [.. _kept.Where(one => one.Sequence >= first)];
        }

        foreach ((long sequence, byte[] batch) in kept.Append((-1, [])))
        {
            byte[] number = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(number, sequence);
            await asking.SendAsync([ReadOnlyMemory<byte>.Empty, number, batch], _stop.Token).ConfigureAwait(false);
        }
    }
}

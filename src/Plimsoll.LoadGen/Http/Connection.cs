using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Plimsoll.LoadGen.Http;

/// <summary>One connection to the server: one request at a time, HTTP/1.1, kept open between requests.</summary>
internal sealed class Connection : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    // What fits into any kernel's send buffer, so that sending it does not wait.
    private const int MostAtOnce = 64 * 1024;

    private readonly Socket _socket;
    private readonly SslStream? _secure;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private volatile string? _abortReason;

    private Connection(Socket socket, SslStream? secure) => (_socket, _secure) = (socket, secure);

    /// <summary>Requests that it has carried.</summary>
    public long Carried { get; private set; }

    /// <summary>Why it was broken by us; null when it was not.</summary>
    public string? AbortReason => _abortReason;

    /// <summary>When the request on it counts as lost, in nanoseconds of the run's clock.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <exception cref="SocketException">Nobody answers there.</exception>
    /// <exception cref="IOException">TLS could not be agreed on.</exception>
    public static async Task<Connection> OpenAsync(Target target, IPEndPoint at, CancellationToken stop)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(at, stop).ConfigureAwait(false);
            if (!target.Secure)
            {
                return new Connection(socket, null);
            }

            var secure = new SslStream(new NetworkStream(socket, ownsSocket: false));
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = target.Host },
                stop).ConfigureAwait(false);
            return new Connection(socket, secure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a request of this size can leave on the calling thread without waiting.</summary>
    public bool SendsAtOnce(int bytes) => _secure is null && bytes <= MostAtOnce;

    /// <exception cref="SocketException">The connection is gone.</exception>
    public void Send(ReadOnlySpan<byte> request)
    {
        Carried++;
        while (!request.IsEmpty)
        {
            request = request[_socket.Send(request)..];
        }
    }

    /// <exception cref="IOException">The connection is gone.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        Carried++;
        if (_secure is not null)
        {
            await _secure.WriteAsync(request, stop).ConfigureAwait(false);
            return;
        }

        while (!request.IsEmpty)
        {
            request = request[await _socket.SendAsync(request, SocketFlags.None, stop).ConfigureAwait(false)..];
        }
    }

    /// <summary>
    /// Reads one answer and shows it to the exchange as it comes. True when the connection may carry another request.
    /// </summary>
    /// <exception cref="IOException">The answer broke off.</exception>
    /// <exception cref="InvalidDataException">It is no HTTP.</exception>
    public async ValueTask<bool> ReceiveAsync(Exchange exchange)
    {
        ResponseHead head;
        int from = 0;
        int to = 0;
        for (int length = 0; ; from += length)
        {
            length = ResponseHead.Read(_buffer.AsSpan(from, to - from), out head);
            if (length > 0 && head.Status >= 200)
            {
                from += length;
                break;
            }

            if (length == 0)
            {
                if (to == BufferBytes)
                {
                    throw new InvalidDataException("the head of the answer is too long");
                }

                int read = await FillAsync(to).ConfigureAwait(false);
                to = read > 0 ? to + read : throw new IOException(to == 0 ? "the server closed the connection without an answer"
                    : "the answer broke off in its head");
                exchange.Arrived();
            }
        }

        exchange.Begin(head);
        var framing = new BodyFraming(head);
        while (true)
        {
            from += Deliver(ref framing, exchange, from, to);
            if (framing.Ended || exchange.HangsUp)
            {
                break;
            }

            to -= from;
            _buffer.AsSpan(from, to).CopyTo(_buffer);
            from = 0;
            int read = await FillAsync(to).ConfigureAwait(false);
            if (read == 0)
            {
                return framing.EndsWithConnection ? false : throw new IOException("the answer broke off");
            }

            to += read;
            exchange.Arrived();
        }

        return head.KeepsAlive && framing.Ended && from == to && !exchange.HangsUp;
    }

    /// <summary>Breaks it, whoever reads from it.</summary>
    public void Abort(string reason)
    {
        _abortReason ??= reason;
        Dispose();
    }

    public void Dispose()
    {
        _secure?.Dispose();
        _socket.Dispose();
    }

    private int Deliver(ref BodyFraming framing, Exchange exchange, int from, int to)
    {
        int at = from;
        while (at < to && !framing.Ended && !exchange.HangsUp)
        {
            ReadOnlySpan<byte> piece = framing.Next(_buffer.AsSpan(at, to - at), out int used);
            at += used;
            if (piece.IsEmpty && used == 0)
            {
                break;
            }

            if (!piece.IsEmpty)
            {
                exchange.Take(piece);
            }
        }

        return at - from;
    }

    private ValueTask<int> FillAsync(int at)
    {
        Memory<byte> free = _buffer.AsMemory(at);
        return _secure is not null ? _secure.ReadAsync(free) : _socket.ReceiveAsync(free, SocketFlags.None);
    }
}

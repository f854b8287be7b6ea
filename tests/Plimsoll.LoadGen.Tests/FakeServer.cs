using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Plimsoll.LoadGen.Http;

namespace Plimsoll.LoadGen.Tests;

/// <summary>A server that does what a test says, byte for byte, on a port of its own.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<string> _bodies = [];
    private readonly List<TcpClient> _clients = [];
    private Task _accepting = Task.CompletedTask;

    /// <summary>Answers the request with this number; false closes the connection afterwards.</summary>
    public required Func<int, NetworkStream, Task<bool>> Answer { get; init; }

    public IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

    public Target Target => new("127.0.0.1", At.Port, false, "");

    /// <summary>Bodies of all requests, in the order in which they came.</summary>
    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_lock)
            {
                return [.. _bodies];
            }
        }
    }

    public FakeServer Start()
    {
        _listener.Start();
        _accepting = AcceptAsync();
        return this;
    }

    /// <summary>The events of an answer with so many tokens, one each, and their usage.</summary>
    public static string Events(int tokens, int promptTokens = 7)
    {
        var text = new StringBuilder();
        for (int i = 0; i < tokens; i++)
        {
            text.Append("data: {\"choices\":[{\"index\":0,\"text\":\"x\",\"finish_reason\":").Append(i == tokens - 1 ? "\"length\""
                : "null").Append("}]}\n\n");
        }

        text.Append(CultureInfo.InvariantCulture,
            $"data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":{promptTokens},\"completion_tokens\":{tokens}}}}}\n\n");
        return text.Append("data: [DONE]\n\n").ToString();
    }

    /// <summary>A whole answer in one piece.</summary>
    public static async Task WriteAsync(NetworkStream to, string body, int status = 200, string type = "text/event-stream") =>
        await to.WriteAsync(
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>The head of an answer in chunks.</summary>
    public static async Task BeginAsync(NetworkStream to) =>
        await to.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());

    /// <summary>A chunk.</summary>
    public static async Task ChunkAsync(NetworkStream to, string text) =>
        await to.WriteAsync(Encoding.UTF8.GetBytes($"{text.Length:x}\r\n{text}\r\n"));

    /// <summary>The end of the chunks.</summary>
    public static async Task EndAsync(NetworkStream to) => await to.WriteAsync("0\r\n\r\n"u8.ToArray());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        lock (_lock)
        {
            _clients.ForEach(client => client.Dispose());
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                lock (_lock)
                {
                    _clients.Add(client);
                }

                _ = ServeAsync(client);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                while (await ReadAsync(stream) is { } body)
                {
                    int number;
                    lock (_lock)
                    {
                        number = _bodies.Count;
                        _bodies.Add(body);
                    }

                    if (!await Answer(number, stream))
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client has left.
        }
    }

    private async Task<string?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string text = Encoding.ASCII.GetString([.. head]);
        string length = text.Split("Content-Length:")[1].Split('\r')[0].Trim();
        byte[] body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return Encoding.UTF8.GetString(body);
    }

    private static bool EndsHead(List<byte> head) =>
        head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';
}

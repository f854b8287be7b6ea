namespace Plimsoll.Wire.Zmtp;

/// <summary>
/// The publishing end of ZeroMQ's publish and subscribe towards one subscriber, over a stream that somebody else has opened and closes. One
/// caller sends while another listens.
/// </summary>
public sealed class ZmtpPublication
{
    private const int MostMessageBytes = 4096;
    private const int MostTopics = 64;

    private readonly ZmtpFrames _frames;
    private byte[][] _topics = [];

    private ZmtpPublication(ZmtpFrames frames) => _frames = frames;

    /// <summary>Whether the subscriber wants anything yet.</summary>
    public bool HasTopics => Volatile.Read(ref _topics).Length > 0;

    /// <summary>Greets a subscriber.</summary>
    /// <exception cref="InvalidDataException">The other side is no ZeroMQ subscriber.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<ZmtpPublication> AcceptAsync(Stream stream, CancellationToken stop)
    {
        var frames = new ZmtpFrames(stream, MostMessageBytes);
        await frames.ShakeHandsAsync("PUB", ["SUB", "XSUB"], stop).ConfigureAwait(false);
        return new ZmtpPublication(frames);
    }

    /// <summary>Takes the subscriber's next wish: a topic more, or one less.</summary>
    /// <exception cref="InvalidDataException">What came is no wish.</exception>
    /// <exception cref="IOException">The connection broke; the subscriber has gone.</exception>
    public async Task ListenAsync(CancellationToken stop)
    {
        (bool isCommand, List<byte[]> parts) = await _frames.ReadAsync(stop).ConfigureAwait(false);
        byte[] body = parts[0];

        // ZMTP 3.0 sends wishes as messages that begin with 1 or 0, ZMTP 3.1 as commands.
        string name = isCommand ? ZmtpFrames.NameOf(body) : "";
        int skipped = isCommand ? 1 + name.Length : 1;
        bool more = isCommand ? name == "SUBSCRIBE" : body is [1, ..];
        bool less = isCommand ? name == "CANCEL" : body is [0, ..];
        byte[] topic = more || less ? body[skipped..] : [];
        if (more)
        {
            Add(topic);
        }
        else if (less)
        {
            int at = Array.FindIndex(_topics, known => known.AsSpan().SequenceEqual(topic));
            Volatile.Write(ref _topics, at < 0 ? _topics : [.. _topics[..at], .. _topics[(at + 1)..]]);
        }
    }

    /// <summary>Sends a message if its first part begins with a topic that the subscriber wants.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken stop)
    {
        foreach (byte[] topic in Volatile.Read(ref _topics))
        {
            if (parts[0].Span.StartsWith(topic))
            {
                return _frames.WriteAsync(parts, stop);
            }
        }

        return Task.CompletedTask;
    }

    private void Add(byte[] topic)
    {
        if (_topics.Length == MostTopics)
        {
            throw new InvalidDataException($"more than {MostTopics} topics");
        }

        Volatile.Write(ref _topics, [.. _topics, topic]);
    }
}

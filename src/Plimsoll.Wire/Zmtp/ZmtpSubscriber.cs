namespace Plimsoll.Wire.Zmtp;

/// <summary>
/// The subscribing end of ZeroMQ's publish and subscribe, over a stream that somebody else has opened and closes. A publisher does not wait
/// for slow subscribers: messages may be missing, and only their content can tell.
/// </summary>
public sealed class ZmtpSubscriber
{
    /// <summary>Longest message that is read, all parts together, unless somebody decides otherwise.</summary>
    public const int DefaultMostMessageBytes = 16 << 20;

    private readonly ZmtpFrames _frames;

    private ZmtpSubscriber(ZmtpFrames frames) => _frames = frames;

    /// <summary>Greets a publisher and subscribes.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="topic">Beginning of the first part of the messages that are wanted; empty for all.</param>
    /// <param name="mostMessageBytes">Longest message that is read.</param>
    /// <param name="stop">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">The other side is no ZeroMQ publisher that talks to everybody.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<ZmtpSubscriber> SubscribeAsync(
        Stream stream, ReadOnlyMemory<byte> topic, int mostMessageBytes, CancellationToken stop)
    {
        var frames = new ZmtpFrames(stream, mostMessageBytes);
        await frames.ShakeHandsAsync("SUB", ["PUB", "XPUB"], stop).ConfigureAwait(false);
        await frames.WriteAsync([(byte[])[1, .. topic.Span]], stop).ConfigureAwait(false);
        return new ZmtpSubscriber(frames);
    }

    /// <summary>The parts of the next message. One caller at a time.</summary>
    /// <exception cref="InvalidDataException">What came is no message, or too long.</exception>
    /// <exception cref="IOException">The connection broke; the publisher has gone.</exception>
    public Task<IReadOnlyList<byte[]>> ReadAsync(CancellationToken stop) => _frames.ReadMessageAsync(stop);
}

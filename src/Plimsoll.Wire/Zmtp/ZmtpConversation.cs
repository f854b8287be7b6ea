namespace Plimsoll.Wire.Zmtp;

/// <summary>
/// One of two who talk by ZeroMQ's DEALER and ROUTER, over a stream that somebody else has opened and closes. Messages are passed as they
/// are: who stands for a REQ socket puts the empty first part before each. One caller at a time.
/// </summary>
public sealed class ZmtpConversation
{
    private readonly ZmtpFrames _frames;

    private ZmtpConversation(ZmtpFrames frames) => _frames = frames;

    /// <summary>Begins as the DEALER, who asks.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="mostMessageBytes">Longest message that is read, all parts together.</param>
    /// <param name="stop">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">The other side is no ROUTER that talks to everybody.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<ZmtpConversation> AskAsync(Stream stream, int mostMessageBytes, CancellationToken stop)
    {
        var frames = new ZmtpFrames(stream, mostMessageBytes);
        await frames.ShakeHandsAsync("DEALER", ["ROUTER"], stop).ConfigureAwait(false);
        return new ZmtpConversation(frames);
    }

    /// <summary>Begins as the ROUTER, towards the one who asks.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="mostMessageBytes">Longest message that is read, all parts together.</param>
    /// <param name="stop">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">The other side is neither DEALER nor REQ.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<ZmtpConversation> AnswerAsync(Stream stream, int mostMessageBytes, CancellationToken stop)
    {
        var frames = new ZmtpFrames(stream, mostMessageBytes);
        await frames.ShakeHandsAsync("ROUTER", ["DEALER", "REQ"], stop).ConfigureAwait(false);
        return new ZmtpConversation(frames);
    }

    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken stop) => _frames.WriteAsync(parts, stop);

    /// <summary>The parts of the next message.</summary>
    /// <exception cref="InvalidDataException">What came is no message, or too long.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<IReadOnlyList<byte[]>> ReadAsync(CancellationToken stop) => _frames.ReadMessageAsync(stop);
}

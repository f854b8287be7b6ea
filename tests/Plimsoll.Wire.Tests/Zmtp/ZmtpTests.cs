using System.Text;
using Plimsoll.Wire.Zmtp;

namespace Plimsoll.Wire.Tests.Zmtp;

public sealed class ZmtpTests
{
    // The greeting as the protocol's specification has it, byte by byte (23/ZMTP).
    private static readonly byte[] Greeting = [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0, .. "NULL"u8, .. new byte[16], 0, .. new byte[31]];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_come_in_order_with_their_parts_whatever_their_length()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        (ZmtpSubscriber subscriber, ZmtpPublication publication) = await BothAsync(wires, "kv");
        byte[] large = [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)];

        await publication.ListenAsync(Stop);
        await publication.SendAsync([Bytes("kv@a"), new byte[8], large], Stop);
        await publication.SendAsync([Bytes("other"), new byte[1]], Stop);
        await publication.SendAsync([Bytes("kv"), ReadOnlyMemory<byte>.Empty, new byte[255], new byte[256]], Stop);

        IReadOnlyList<byte[]> first = await subscriber.ReadAsync(Stop);
        IReadOnlyList<byte[]> second = await subscriber.ReadAsync(Stop);
        Assert.Equal(["kv@a"u8.ToArray(), new byte[8], large], first);
        Assert.Equal(["kv"u8.ToArray(), [], new byte[255], new byte[256]], second);
    }

    [Fact]
    public async Task Nothing_is_sent_to_those_who_want_nothing_any_more()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        (_, ZmtpPublication publication) = await BothAsync(wires, "");
        await publication.ListenAsync(Stop);
        Assert.True(publication.HasTopics);

        await wires.Near.WriteAsync(new byte[] { 0, 1, 0 }, Stop);
        await publication.ListenAsync(Stop);

        Assert.False(publication.HasTopics);
    }

    [Fact]
    public async Task Wishes_may_be_commands_as_in_the_later_version()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        (ZmtpSubscriber subscriber, ZmtpPublication publication) = await BothAsync(wires, "none");
        await publication.ListenAsync(Stop);

        await wires.Near.WriteAsync((byte[])[4, 12, 9, .. "SUBSCRIBE"u8, .. "kv"u8], Stop);
        await publication.ListenAsync(Stop);
        await publication.SendAsync([Bytes("kv")], Stop);

        Assert.Equal(["kv"u8.ToArray()], await subscriber.ReadAsync(Stop));
    }

    [Fact]
    public async Task The_bytes_are_those_of_the_specification_and_a_heartbeat_is_answered()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        Task<ZmtpSubscriber> subscribing = ZmtpSubscriber.SubscribeAsync(wires.Near, "t"u8.ToArray(), 1000, Stop);
        byte[] ready = [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "SUB"u8, 8, .. "Identity"u8, 0, 0, 0, 0];
        byte[] expected = [.. Greeting, 4, (byte)ready.Length, .. ready, 0, 2, 1, (byte)'t'];

        await wires.Far.WriteAsync((byte[])[.. Greeting, 4, 25, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "PUB"u8], Stop);
        await wires.Far.WriteAsync((byte[])[4, 9, 4, .. "PING"u8, 0, 9, .. "hi"u8, 1, 1, (byte)'t', 0, 1, 7], Stop);
        ZmtpSubscriber subscriber = await subscribing;
        IReadOnlyList<byte[]> message = await subscriber.ReadAsync(Stop);

        Assert.Equal(["t"u8.ToArray(), [7]], message);
        byte[] pong = [4, 7, 4, .. "PONG"u8, .. "hi"u8];
        byte[] seen = new byte[expected.Length + pong.Length];
        await wires.Far.ReadExactlyAsync(seen, Stop);
        Assert.Equal([.. expected, .. pong], seen);
    }

    [Fact]
    public async Task Who_asks_is_answered_in_as_many_messages_as_it_takes()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        Task<ZmtpConversation> asking = ZmtpConversation.AskAsync(wires.Near, 1000, Stop);
        ZmtpConversation answering = await ZmtpConversation.AnswerAsync(wires.Far, 1000, Stop);
        ZmtpConversation asked = await asking;

        await asked.SendAsync([ReadOnlyMemory<byte>.Empty, new byte[8]], Stop);
        IReadOnlyList<byte[]> question = await answering.ReadAsync(Stop);
        await answering.SendAsync([ReadOnlyMemory<byte>.Empty, Bytes("1"), Bytes("batch")], Stop);
        await answering.SendAsync([ReadOnlyMemory<byte>.Empty, Bytes("end"), ReadOnlyMemory<byte>.Empty], Stop);

        Assert.Equal([[], new byte[8]], question);
        Assert.Equal(["", "1", "batch"], (await asked.ReadAsync(Stop)).Select(Encoding.ASCII.GetString));
        Assert.Equal(["", "end", ""], (await asked.ReadAsync(Stop)).Select(Encoding.ASCII.GetString));
    }

    [Fact]
    public async Task A_subscriber_is_not_answered_and_asks_nobody()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        Task<ZmtpSubscriber> subscribing = ZmtpSubscriber.SubscribeAsync(wires.Near, default, 1000, Stop);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => ZmtpConversation.AnswerAsync(wires.Far, 1000, Stop));

        Assert.Contains("does not talk to a SUB socket", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => subscribing);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "does not speak ZMTP")]
    [InlineData("\u00ff0000000 \0\u0001\0NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "does not speak ZMTP")]
    [InlineData("\u00ff00000000\u007f\u0001\0NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "ZMTP 1")]
    [InlineData("\u00ff00000000\u007f\u0003\0PLAIN\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "only the NULL mechanism")]
    public async Task Who_greets_otherwise_is_refused(string greeting, string message)
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        byte[] bytes = new byte[64];
        Encoding.Latin1.GetBytes(greeting.AsSpan(0, Math.Min(64, greeting.Length)), bytes);
        await wires.Far.WriteAsync(bytes, Stop);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => ZmtpSubscriber.SubscribeAsync(wires.Near, default, 1000, Stop));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 4, 5, 5, 82, 69, 65, 68 }, "refused")]
    [InlineData(new byte[] { 0, 1, 1 }, "before the handshake")]
    [InlineData(new byte[] { 4, 6, 5, 82, 69, 65, 68, 89 }, "does not say which socket")]
    [InlineData(new byte[] { 4, 12, 5, 82, 69, 65, 68, 89, 1, 65, 255, 255, 255, 255 }, "does not say which socket")]
    [InlineData(new byte[] { 4, 25, 5, 82, 69, 65, 68, 89, 11, 83, 111, 99, 107, 101, 116, 45, 84, 121, 112, 101, 0, 0, 0, 3, 82, 69, 80 }, "REP socket")]
    public async Task A_handshake_that_goes_wrong_is_told(byte[] answer, string message)
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        await wires.Far.WriteAsync((byte[])[.. Greeting, .. answer], Stop);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => ZmtpSubscriber.SubscribeAsync(wires.Near, default, 1000, Stop));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 2, 0x7F, 255, 255, 255, 255, 255, 255, 255 }, "1000 are the most")]
    [InlineData(new byte[] { 2, 255, 255, 255, 255, 255, 255, 255, 255 }, "1000 are the most")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 3, 232, 0 }, "")]
    [InlineData(new byte[] { 9, 0 }, "no frame begins with 09")]
    [InlineData(new byte[] { 5, 0 }, "no frame begins with 05")]
    [InlineData(new byte[] { 1, 0, 4, 1, 0 }, "a command within a message")]
    public async Task What_is_too_long_or_no_frame_ends_it(byte[] frames, string message)
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        (ZmtpSubscriber subscriber, _) = await BothAsync(wires, "", mostMessageBytes: 1000);
        await wires.Far.WriteAsync(frames, Stop);
        if (message.Length == 0)
        {
            // The first part takes all there may be, so that the next is too long.
            await wires.Far.WriteAsync((byte[])[.. new byte[999], 0, 1], Stop);
        }

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(() => subscriber.ReadAsync(Stop));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_ever_more_parts_ends_it()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        (ZmtpSubscriber subscriber, _) = await BothAsync(wires, "");
        await wires.Far.WriteAsync((byte[])[.. Enumerable.Repeat<byte[]>([1, 0], 20).SelectMany(part => part)], Stop);

        await Assert.ThrowsAsync<InvalidDataException>(() => subscriber.ReadAsync(Stop));
    }

    [Fact]
    public async Task The_end_of_the_connection_is_told()
    {
        using Wires wires = await Wires.OpenAsync(Stop);
        (ZmtpSubscriber subscriber, _) = await BothAsync(wires, "");

        wires.CloseFar();

        await Assert.ThrowsAnyAsync<IOException>(() => subscriber.ReadAsync(Stop));
    }

    private static async Task<(ZmtpSubscriber Subscriber, ZmtpPublication Publication)> BothAsync(
        Wires wires, string topic, int mostMessageBytes = ZmtpSubscriber.DefaultMostMessageBytes)
    {
        Task<ZmtpSubscriber> subscriber = ZmtpSubscriber.SubscribeAsync(wires.Near, Encoding.ASCII.GetBytes(topic), mostMessageBytes, Stop);
        ZmtpPublication publication = await ZmtpPublication.AcceptAsync(wires.Far, Stop);
        return (await subscriber, publication);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}

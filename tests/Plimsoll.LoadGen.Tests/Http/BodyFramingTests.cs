using System.Text;
using Plimsoll.Core;
using Plimsoll.LoadGen.Http;

namespace Plimsoll.LoadGen.Tests.Http;

public sealed class BodyFramingTests
{
    private const string Chunked = "5\r\nhello\r\n1;name=value\r\n,\r\n6 \r\n world\r\n0\r\nTrailer: x\r\n\r\nREST";

    [Fact]
    public void Chunks_are_put_together_however_the_network_cuts_them()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Chunked);
        for (ulong seed = 0; seed < 500; seed++)
        {
            RandomStream random = new RandomTree(seed).Stream("cuts");
            var framing = new BodyFraming(new ResponseHead(200, -1, true, true, true));
            var body = new StringBuilder();
            List<byte> waiting = [];
            int left = 0;
            for (int from = 0; from < bytes.Length;)
            {
                int length = Math.Min(bytes.Length - from, 1 + (int)random.NextBelow(1 + ((long)seed % 20)));
                waiting.AddRange(bytes[from..(from + length)]);
                from += length;
                left = TakeAll(ref framing, waiting, body);
            }

            Assert.True(framing.Ended, $"seed {seed}");
            Assert.Equal(("hello, world", "REST"), (body.ToString(), Encoding.ASCII.GetString([.. waiting])));
            Assert.Equal(4, left);
        }
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-5\r\nhello\r\n")]
    [InlineData("5\r\nhelloworld\r\n")]
    public void Broken_chunks_are_refused(string text)
    {
        var framing = new BodyFraming(new ResponseHead(200, -1, true, true, true));
        List<byte> waiting = [.. Encoding.ASCII.GetBytes(text)];

        Assert.Throws<InvalidDataException>(() => TakeAll(ref framing, waiting, new StringBuilder()));
    }

    [Fact]
    public void A_length_ends_the_body_and_an_unknown_one_is_ended_by_the_connection()
    {
        var counted = new BodyFraming(new ResponseHead(200, 5, false, true, true));
        Assert.Equal("hello", Encoding.ASCII.GetString(counted.Next("hello, world"u8, out int used)));
        Assert.Equal((5, true), (used, counted.Ended));

        var open = new BodyFraming(new ResponseHead(200, -1, false, true, true));
        Assert.Equal("hello", Encoding.ASCII.GetString(open.Next("hello"u8, out _)));
        Assert.Equal((false, true), (open.Ended, open.EndsWithConnection));

        Assert.True(new BodyFraming(new ResponseHead(204, -1, false, true, true)).Ended);
        Assert.True(new BodyFraming(new ResponseHead(200, 0, false, true, true)).Ended);
    }

    private static int TakeAll(ref BodyFraming framing, List<byte> waiting, StringBuilder body)
    {
        while (true)
        {
            ReadOnlySpan<byte> piece = framing.Next(waiting.ToArray(), out int used);
            body.Append(Encoding.ASCII.GetString(piece));
            waiting.RemoveRange(0, used);
            if (used == 0)
            {
                return waiting.Count;
            }
        }
    }
}
